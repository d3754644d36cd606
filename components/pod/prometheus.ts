import { stringify } from "yaml";
import type { Config } from "../../config/config.ts";
import { type Job, targetGroups } from "../scrape/jobs.ts";
import { scrapeLimits } from "../scrape/limits.ts";
import { keepRules } from "../scrape/metric-rules.ts";

/** prometheus.yml with the jobs that Prometheus scrapes itself. Source: Prometheus 3.16 configuration reference. */
export const prometheusYaml = ({ prometheus }: Config, jobs: Job[]): string =>
  stringify({
    global: { scrape_interval: prometheus.scrapeInterval, evaluation_interval: prometheus.scrapeInterval },
    storage: {
      tsdb: {
        // without it, what Alloy resends after an outage is refused
        out_of_order_time_window: "30m",
        retention: { time: prometheus.retention.time, size: prometheus.retention.size },
      },
    },
    scrape_configs: jobs.map((job) => {
      const rules = keepRules(job);
      return {
        job_name: job.job,
        scheme: job.scheme,
        metrics_path: job.path,
        ...(job.params ? { params: job.params } : {}),
        scrape_interval: job.interval,
        ...scrapeLimits(job),
        static_configs: targetGroups(job),
        ...(rules.length > 0 ? { metric_relabel_configs: rules } : {}),
      };
    }),
  });

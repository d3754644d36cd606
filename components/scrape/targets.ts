import * as pulumi from "@pulumi/pulumi";
import type { Job } from "./jobs.ts";

/** One scrape job: it costs one resource, however many targets it has. */
export class ScrapeJob extends pulumi.ComponentResource {
  constructor(name: string, args: { job: string; parts: Job[] }, opts: pulumi.ComponentResourceOptions) {
    const outputs = {
      job: args.job,
      addresses: args.parts.flatMap(({ targets }) => targets.map(({ address }) => address)),
      labels: args.parts[0]?.labels ?? {},
      scrapedBy: args.parts.map(({ by }) => by),
    };
    // as inputs too, so that a preview shows what changes
    super("watchpost:index:ScrapeJob", name, outputs, opts);
    this.registerOutputs(outputs);
  }
}

/** The list of everything scraped: each job is named in preview and state. */
export class ScrapeTargets extends pulumi.ComponentResource {
  constructor(name: string, args: { jobs: Job[] }, opts: pulumi.ComponentResourceOptions = {}) {
    super("watchpost:index:ScrapeTargets", name, {}, opts);
    for (const [job, parts] of Map.groupBy(args.jobs, ({ job }) => job))
      new ScrapeJob(`${name}-${job}`, { job, parts }, { parent: this });
    this.registerOutputs({});
  }
}

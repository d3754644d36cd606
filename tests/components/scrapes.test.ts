import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { alloyConfig } from "../../components/alloy/config.ts";
import { podConfigs } from "../../components/pod/configs.ts";
import { prometheusYaml } from "../../components/pod/prometheus.ts";
import { scrapeJobs, targetCounts } from "../../components/scrape/jobs.ts";
import { triagePort } from "../../components/triage/contact-point.ts";
import { isLoopback, splitHostPort } from "../../config/host-port.ts";
import { configWith } from "../config/sample.ts";

const scrape = {
  envoy: {
    targets: ["127.0.0.1:9901", "10.0.0.7:9901"],
    path: "/stats/prometheus",
    interval: "5s",
    labels: { team: "edge" },
  },
  local: { targets: ["localhost:9300", "[::1]:9811", "127.8.8.8:1"] },
  far: { targets: ["db.example.org:9187", "[2001:db8::2]:9100"], scheme: "https" },
  "by-alloy": { targets: ["10.0.0.8:9100"], by: "alloy" },
};
const config = configWith({ scrape });
const jobs = scrapeJobs(config, "web");

interface Scraped {
  job: string;
  address: string;
  labels: Record<string, string>;
}

/** What Prometheus is told to scrape. */
const byPrometheus = (): Scraped[] => {
  const [file] = podConfigs.prometheus(config, jobs).files;
  const { scrape_configs } = parse(file?.content ?? "");
  return scrape_configs.flatMap(
    (one: { job_name: string; static_configs: { targets: string[]; labels: Record<string, string> }[] }) =>
      one.static_configs.flatMap(({ targets, labels }) =>
        targets.map((address) => ({ job: one.job_name, address, labels: { instance: address, ...labels } })),
      ),
  );
};

/** What Alloy is told to scrape. */
const byAlloy = (): Scraped[] =>
  [...alloyConfig(config, { host: "web", jobs }).matchAll(/\{([^{}]*__address__[^{}]*)\}/g)].map(([, fields = ""]) => {
    const {
      __address__: address = "",
      job = "",
      ...labels
    } = Object.fromEntries([...fields.matchAll(/(\w+) = "([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]));
    return { job, address, labels };
  });

describe("everything scraped is scraped once", () => {
  test("each target of the config is in exactly one of the two configs", () => {
    const seen = [...byAlloy(), ...byPrometheus()].map(({ job, address }) => `${job} ${address}`);
    const users = Object.entries(scrape).flatMap(([job, { targets }]) => targets.map((address) => `${job} ${address}`));
    const own = [
      "prometheus 127.0.0.1:9090",
      "loki 127.0.0.1:3100",
      "grafana 127.0.0.1:3000",
      `alloy ${config.alloy.listen}`,
    ];
    assert.deepEqual(seen.sort(), [...users, ...own].sort());
  });

  test("Alloy has what listens on the host's loopback, which the pod cannot reach", () => {
    const users = byAlloy().filter(({ job }) => job !== "by-alloy");
    assert.ok(users.every(({ address }) => isLoopback(splitHostPort(address).host)));
    const pods = byPrometheus().filter(({ job }) => job in scrape);
    assert.ok(pods.length > 0 && pods.every(({ address }) => !isLoopback(splitHostPort(address).host)));
  });

  test("the user says who scrapes where it matters", () => {
    assert.deepEqual(
      byAlloy()
        .filter(({ job }) => job === "by-alloy")
        .map(({ address }) => address),
      ["10.0.0.8:9100"],
    );
  });

  test("labels are the same whoever scrapes", () => {
    const envoy = [...byAlloy(), ...byPrometheus()].filter(({ job }) => job === "envoy");
    assert.deepEqual(
      envoy.map(({ address, labels }) => [address, labels]),
      ["127.0.0.1:9901", "10.0.0.7:9901"].map((address) => [address, { host: "web", team: "edge", instance: address }]),
    );
  });

  test("the stack's own targets are called after the host, not by their port", () => {
    const own = [...byAlloy(), ...byPrometheus()].filter(({ job }) => !(job in scrape));
    assert.deepEqual(
      own.map(({ labels }) => labels),
      own.map(() => ({ host: "web", service: "watchpost", instance: "web" })),
    );
  });

  test("they are counted for the proof that all are up, and the host's own metrics with them", () => {
    assert.deepEqual(targetCounts(jobs), {
      node: 1,
      prometheus: 1,
      loki: 1,
      grafana: 1,
      alloy: 1,
      envoy: 2,
      local: 3,
      far: 2,
      "by-alloy": 1,
    });
  });

  test("without Grafana, nobody looks for it", () => {
    const without = scrapeJobs(configWith({ grafana: { enabled: false } }), "web");
    assert.deepEqual(
      without.map(({ job }) => job),
      ["prometheus", "loki", "alloy"],
    );
  });

  test("the triage service is scraped by Prometheus, in the pod, where it is enabled", () => {
    const hook = { webhook: { url: "https://hook.example.org/" } };
    const triage = { enabled: true };
    const enabled = scrapeJobs(configWith({ triage, alerting: { contactPoints: { hook } } }), "web");
    const found = enabled.filter(({ job }) => job === "triage");
    assert.deepEqual(
      found.map(({ by, targets, labels }) => [by, targets, labels.service]),
      [["prometheus", [{ address: `127.0.0.1:${triagePort}`, instance: "web" }], "watchpost"]],
    );
    assert.ok(jobs.every(({ job }) => job !== "triage"));
  });
});

test("a job keeps its path, scheme and interval with either scraper", () => {
  const [, , , envoy, far] = parse(
    prometheusYaml(
      config,
      jobs.filter(({ by }) => by === "prometheus"),
    ),
  ).scrape_configs;
  assert.deepEqual([envoy.metrics_path, envoy.scheme, envoy.scrape_interval], ["/stats/prometheus", "http", "5s"]);
  assert.deepEqual([far.metrics_path, far.scheme, far.scrape_interval], ["/metrics", "https", "30s"]);
  const text = alloyConfig(config, { host: "web", jobs });
  const block = text.slice(text.indexOf('prometheus.scrape "job_envoy"')).split("\n}")[0] ?? "";
  for (const line of [
    'metrics_path = "/stats/prometheus"',
    'scheme = "http"',
    'scrape_interval = "5s"',
    'scrape_timeout = "5s"',
  ])
    assert.ok(block.includes(line), line);
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { alloyConfig } from "../../components/alloy/config.ts";
import { journaldConf, rateLimits } from "../../components/journal/journald.ts";
import { podContainers } from "../../components/pod/containers.ts";
import { dataSourcesYaml, dataSourceUids } from "../../components/pod/data-sources.ts";
import { lokiYaml } from "../../components/pod/loki.ts";
import { prometheusYaml } from "../../components/pod/prometheus.ts";
import { podPorts } from "../../components/scrape/jobs.ts";
import { configWith } from "../config/sample.ts";

const config = configWith({
  loki: { retention: "12d" },
  prometheus: { retention: { time: "45d", size: "7GB" }, scrapeInterval: "15s" },
  journal: { maxSize: "3G", maxAge: "9d", rateLimit: { interval: "10s", burst: 500 } },
});
const hours = (duration: string) => Number.parseInt(duration, 10) * (duration.endsWith("d") ? 24 : 1);

describe("whatever is kept is bounded", () => {
  test("Prometheus by time and by size", () => {
    const { storage, global } = parse(prometheusYaml(config, []));
    assert.deepEqual(storage.tsdb.retention, { time: "45d", size: "7GB" });
    assert.equal(global.scrape_interval, "15s");
  });

  test("Loki by time, and its compactor does delete", () => {
    const loki = parse(lokiYaml(config));
    assert.equal(loki.limits_config.retention_period, "12d");
    assert.equal(loki.compactor.retention_enabled, true);
    assert.equal(loki.compactor.delete_request_store, loki.schema_config.configs[0].object_store);
  });

  test("the journal by size, by time and by rate, and it is kept over a boot", () => {
    const [section, ...lines] = journaldConf(config).trim().split("\n");
    assert.equal(section, "[Journal]");
    assert.deepEqual(Object.fromEntries(lines.map((line) => line.split("="))), {
      Storage: "persistent",
      SystemMaxUse: "3G",
      SystemMaxFileSize: String(256 * 2 ** 20),
      MaxRetentionSec: "9d",
      RateLimitIntervalSec: "10s",
      RateLimitBurst: "500",
      ForwardToSyslog: "no",
    });
  });
});

describe("a service's own rate limit", () => {
  const limits = (services: object) =>
    rateLimits(configWith({ services })).map(({ unit, content }) => `${unit}: ${content.trim().replaceAll("\n", " ")}`);

  test("is its units' where root runs them", () => {
    const shop = { units: ["shop.service", "shop.timer"], containers: ["web"], rateLimit: { burst: 0 } };
    // 0, which systemd would leave out
    const content = "[Service] LogRateLimitIntervalSec=30s LogRateLimitBurst=100000000";
    assert.deepEqual(limits({ shop }), [`shop.service: ${content}`, `web.service: ${content}`]);
  });

  test("is that of the user's manager where it is rootless: journald sees no other unit", () => {
    const shop = { user: "shop", containers: ["web"], rateLimit: { interval: "1m", burst: 5000 } };
    const content = "[Service] LogRateLimitIntervalSec=1m LogRateLimitBurst=5000";
    assert.deepEqual(limits({ shop, quiet: { user: "quiet" } }), [`user@{uid:shop}.service: ${content}`]);
  });
});

describe("Loki", () => {
  const loki = parse(lokiYaml(config));

  test("keeps all its data below its volume", () => {
    const [volume = ""] = podContainers.loki(config).volumes;
    const paths = JSON.stringify(loki).match(/(?<=")\/[a-z_/]+(?=")/g) ?? [];
    assert.ok(paths.length > 3);
    for (const path of paths) assert.equal(path.split("/")[1], volume.split(":/")[1], path);
  });

  test("takes whatever Alloy reads again after an outage", () => {
    const text = alloyConfig(config, { host: "web", jobs: [] });
    const [, maxAge = ""] = /max_age = "(\w+)"/.exec(text) ?? [];
    assert.ok(hours(loki.limits_config.reject_old_samples_max_age) > hours(maxAge), maxAge);
  });

  test("tells nobody about itself", () => assert.equal(loki.analytics.reporting_enabled, false));
});

test("Grafana's data sources are those that the outputs name, where the pod has them", () => {
  const { datasources } = parse(dataSourcesYaml());
  const found = datasources.map(({ type, uid, url }: Record<string, string>) => [type, uid, url]);
  const wanted = (["prometheus", "loki"] as const).map((type) => [
    type,
    dataSourceUids[type],
    `http://127.0.0.1:${podPorts[type]}`,
  ]);
  assert.deepEqual(found, wanted);
  assert.equal(datasources.filter(({ isDefault }: { isDefault: boolean }) => isDefault).length, 1);
});

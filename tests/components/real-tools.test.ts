import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { alloyConfig } from "../../components/alloy/config.ts";
import { lokiYaml } from "../../components/pod/loki.ts";
import { prometheusYaml } from "../../components/pod/prometheus.ts";
import { scrapeJobs } from "../../components/scrape/jobs.ts";
import type { Config } from "../../config/config.ts";
import { findCached } from "../../toolchain/cache.ts";
import { run } from "../../toolchain/command.ts";
import { buildKey } from "../../toolchain/go-build.ts";
import { recipes } from "../../toolchain/recipes.ts";
import { configWith } from "../config/sample.ts";
import { configs } from "./containers.ts";

const odd = configWith({
  services: {
    ...{ ad: { user: "CORP\\jürgen" }, ldap: { user: "alice@corp.example", containers: ["web"] } },
    vpn: { units: ["wg-quick@my\\x2dvpn.service"] },
  },
  logs: {
    drop: {
      ad: { user: "CORP\\jürgen", match: "ping" },
      vpn: { unit: "wg-quick@my\\x2dvpn.service", match: "handshake" },
    },
  },
  loki: { retention: "365d" },
  prometheus: { scrapeInterval: "5s", retention: { time: "1y", size: "512MB" } },
  scrape: {
    "a-b": {
      targets: ["127.0.0.1:1", "[::1]:2", "[2001:db8::2]:3"],
      interval: "500ms",
      labels: { team: 'it\'s "quoted" \\ größer $x' },
    },
    "a-c": { targets: ["db.example.org:4"], path: "/p?format=prometheus", scheme: "https", interval: "1h" },
    many: { targets: Array.from({ length: 1000 }, (_, index) => `10.0.${index >> 8}.${index & 255}:9100`) },
  },
});
const all: Record<string, Config> = { ...configs, "odd values": odd };

/** Each tool that the stack runs, its config, and how it checks that itself. */
const tools = [
  {
    name: "prometheus",
    file: "prometheus.yml",
    render: (config: Config) =>
      prometheusYaml(
        config,
        scrapeJobs(config, "web").filter(({ by }) => by === "prometheus"),
      ),
    command: (folder: string, file: string) => [join(folder, "promtool"), "check", "config", file],
    broken: "storage: {tsdb: {retention: {time: soon}}}",
  },
  {
    name: "loki",
    file: "config.yaml",
    render: lokiYaml,
    command: (folder: string, file: string) => [join(folder, "loki"), `-config.file=${file}`, "-verify-config"],
    broken: "limits_config: {retention_period: soon}",
  },
  {
    name: "alloy",
    file: "config.alloy",
    render: (config: Config) => alloyConfig(config, { host: "web", jobs: scrapeJobs(config, "web") }),
    command: (folder: string, file: string) => [join(folder, "alloy"), "validate", file],
    broken: 'loki.write "server" { nonsense = 1 }',
  },
] as const;

for (const { name, file, render, command, broken } of tools) {
  const built = await findCached(buildKey(recipes[name]));
  const skip =
    built === undefined && `${name} ${recipes[name].version} is not in the toolchain's cache: npm run demo builds it`;

  describe(`${name} itself`, { skip, concurrency: 1 }, () => {
    let folder: string;
    const check = async (content: string) => {
      const path = join(folder, file);
      await writeFile(path, content);
      const [program = "", ...args] = command(built ?? "", path);
      return run(program, args);
    };
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "watchpost-configs-"));
    });
    after(() => rm(folder, { recursive: true }));

    for (const [what, config] of Object.entries(all))
      test(`takes the config with ${what}`, async () => {
        await check(render(config));
      });

    test("refuses a broken one, so that its word counts", () => assert.rejects(check(broken)));
  });
}

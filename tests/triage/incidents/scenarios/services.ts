import type { Guest } from "../../../host/guest.ts";
import { envoyConfig, envoyTraffic, startEnvoy } from "../../../host/neighbours/envoy.ts";
import { startContainers } from "../../../host/neighbours/service-users.ts";
import { zreplBinary } from "../../../host/neighbours/zrepl.ts";
import { type Scenario, startUnit, stopUnits, unitFailed } from "../scenario.ts";

const stopContainer = (guest: Guest, user: string, name: string) =>
  guest.sh(`systemctl --user stop ${name}; rm -f ~/.config/containers/systemd/${name}.container`, { user });

/** Envoy's config of the tests, with an access log on its standard output. */
const withAccessLog = () => {
  const config = JSON.parse(envoyConfig(1));
  for (const { filter_chains } of config.static_resources.listeners)
    filter_chains[0].filters[0].typed_config.access_log = [
      {
        name: "envoy.access_loggers.stdout",
        typed_config: {
          "@type": "type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
          log_format: {
            text_format_source: {
              inline_string:
                "%REQ(:METHOD)% %REQ(:PATH)% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% cluster=%UPSTREAM_CLUSTER% %UPSTREAM_TRANSPORT_FAILURE_REASON%\n",
            },
          },
        },
      },
    ];
  return JSON.stringify(config);
};

/** Containers, and services that talk to others. */
export const services: Scenario[] = [
  {
    name: "container-unhealthy",
    about: "a container's health check waits for a file that its read-only root does not let it write",
    rule: "ContainerUnhealthy",
    labels: { container: "shop-cart" },
    provoke: async (guest) => {
      await startContainers(guest, "shop", {
        "shop-cart": {
          script: "echo 'cart: restoring sessions'; while ! touch /sessions.db; do sleep 2; done; sleep 1000000",
          container: { ReadOnly: true, HealthCmd: "test -e /sessions.db", HealthInterval: "2s", HealthRetries: 2 },
        },
      });
    },
    undo: (guest) => stopContainer(guest, "shop", "shop-cart"),
    expected: {
      cause: "the container cannot write /sessions.db on its read-only root",
      says: ["read-?only"],
      proof: ["sessions.db.*Read-only file system"],
    },
  },
  {
    name: "crash-loop",
    about: "a container starts a program that its new image does not have, again and again",
    rule: "UnitRestartLoop",
    labels: { unit: "mill-grind.service", user: "mill" },
    provoke: async (guest) => {
      await startContainers(guest, "mill", {
        "mill-grind": {
          script: "echo 'grind 2.0'; exec /opt/grind/bin/grind --stones 2",
          service: { Restart: "always", RestartSec: 1 },
        },
      });
    },
    undo: (guest) => stopContainer(guest, "mill", "mill-grind"),
    expected: {
      cause: "the program /opt/grind/bin/grind is not in the image",
      says: ["grind", "not (be )?found|missing|no such|does not exist|not there"],
      proof: ["/opt/grind/bin/grind.*not found"],
    },
  },
  {
    name: "bad-config",
    about: "the real zrepl gets a config with a mistake, and systemd starts it again and again",
    rule: "UnitRestartLoop",
    labels: { unit: "backup.service" },
    prepare: async (guest) => {
      await guest.putProgram("zrepl", await zreplBinary());
      await guest.sh("mkdir -p /run/incidents; cat >/run/incidents/zrepl.yml", {
        input: "jobs:\n- name: nightly\n  type: snap\n  filesystem: {'tank<': true}\n  snapshotting: {type: manual}\n",
      });
    },
    provoke: (guest) =>
      startUnit(guest, "backup", "exec /usr/local/bin/zrepl --config /run/incidents/zrepl.yml daemon", [
        "Restart=always",
        "RestartSec=1",
      ]),
    undo: (guest) => stopUnits(guest, "backup"),
    expected: {
      cause: "zrepl's config is wrong: filesystem is not a field of a snap job",
      says: ["config|yaml|pars", "filesystem|field|line \\d|invalid|cannot"],
      proof: ["filesystem|pars|config"],
    },
  },
  {
    name: "upstream-down",
    about: "the upstream of a cluster of the real Envoy does not listen",
    rule: "EnvoyUpstreamDown",
    labels: { envoy_cluster_name: "dead" },
    prepare: async (guest) => {
      await startEnvoy(guest, { clusters: 1 });
      await guest.sh("cat >/run/envoy.json && systemctl restart envoy", { input: withAccessLog() });
      await guest.sh("timeout 20 sh -c 'until curl -sf http://127.0.0.1:9901/ready >/dev/null; do sleep 0.1; done'");
    },
    provoke: (guest) => envoyTraffic(guest, 40, 1),
    undo: (guest) => guest.sh("systemctl stop envoy"),
    expected: {
      cause: "the upstream of the cluster dead is not reachable: no endpoint is healthy",
      says: ["dead|upstream", "no[_ ]healthy|not healthy|unhealthy|down|refused|unreachable|not reachable|503"],
      proof: ["cluster=dead|no_healthy_upstream|of the cluster dead"],
    },
  },
  {
    name: "port-clash",
    about: "a second Envoy wants the ports that the first one has",
    ...unitFailed("edge-proxy"),
    prepare: (guest) => startEnvoy(guest, { clusters: 1 }),
    provoke: (guest) =>
      startUnit(
        guest,
        "edge-proxy",
        "echo 'edge-proxy: starting'\nexec /usr/local/bin/envoy --config-path /run/envoy.json --disable-hot-restart --log-level warning",
      ),
    undo: async (guest) => {
      await stopUnits(guest, "edge-proxy");
      await guest.sh("systemctl stop envoy");
    },
    expected: {
      cause: "its ports are in use by the Envoy that runs",
      says: ["in use|already (used|taken|bound|listen)|bind"],
      proof: ["Address already in use"],
    },
  },
  {
    name: "logins-refused",
    about: "somebody tries user names on ssh",
    rule: "SshLoginsRefused",
    labels: {},
    thresholds: { sshRefusals: 10 },
    provoke: (guest) =>
      guest.sh(
        "for name in admin oracle postgres test git jenkins deploy ubuntu pi backup mysql www; do ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=5 $name@127.0.0.1 true 2>/dev/null; sleep 0.2; done; true",
      ),
    undo: async () => {},
    expected: {
      cause: "somebody guesses user names on ssh, from one address",
      says: ["login|ssh|auth", "invalid user|brute|guess|refused|failed|attempts|unknown user"],
      proof: ["Invalid user|invalid user"],
    },
  },
];

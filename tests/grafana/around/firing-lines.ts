import { allRules } from "../../../components/rules/index.ts";
import type { RuleCases } from "../../rules/cases.ts";
import type { Line } from "../../rules/loki.ts";
import { liveHost } from "./prometheus.ts";

const linesOf = (rule: string, cases: Map<string, RuleCases>, host: string): Line[] => {
  const fires = cases.get(rule)?.cases.fires;
  return (fires && "lines" in fires ? fires.lines : []).flatMap(({ labels, line, metadata = {}, times }) =>
    Array.from({ length: times }, () => ({ labels: { ...labels, host }, line, metadata })),
  );
};

/** The lines by which each rule over logs fires, each rule on a host of its own that is called as the rule. */
export const firingLines = (cases: Map<string, RuleCases>): Line[] =>
  allRules.flatMap(({ name }) => linesOf(name, cases, name));

const said = (labels: Record<string, string>, line: string): Line => ({
  labels: { source: "journal", host: liveHost, ...labels },
  line,
  metadata: {},
});

const login = '{"action": "login", "event": "Created Event", "client_ip": "192.0.2.7"}';
const services = { shop: "shop-web", edge: "envoy", auth: "authentik", watchpost: "watchpost-loki" };

/** The same lines on the one host that the dashboards are about, and those of its services. */
export const liveLines = (cases: Map<string, RuleCases>): Line[] => [
  ...Object.entries(services).flatMap(([service, container]) =>
    ["info", "error"].map((level) =>
      said({ user: "shop", unit: `${container}.service`, container, service, level }, `level=${level} msg="a line"`),
    ),
  ),
  said({ user: "auth", unit: "authentik.service", container: "authentik", service: "auth" }, login),
  said({ unit: "zrepl.service", service_name: "zrepl", level: "info" }, "job=offsite msg=replicated"),
  said({ unit: "zfs-zed.service", level: "info" }, "zpool tank: scrub finished"),
  ...allRules.flatMap(({ name }) => linesOf(name, cases, liveHost)),
];

import type { Problem } from "../errors.ts";
import { isLoopback, splitHostPort } from "../host-port.ts";
import { metricsPath, type ScrapeJob } from "../inventory.ts";
import { listening, type Sound } from "../listen.ts";

/** The jobs that the stack scrapes of itself. */
export const ownJobs = new Set(["node", "prometheus", "loki", "grafana", "alloy", "triage"]);

/** What the label `service` says of Watchpost itself, and of what nobody declared. */
const ownServices = new Set(["watchpost", "undeclared"]);

const setByUs = new Set(["job", "instance", "host"]);
const setOnLines = new Set([...setByUs, "unit", "user", "container", "level", "service", "service_name", "source"]);
// every value of such a label would be a stream or a series of its own
const countless =
  /^_*((p|u|g|thread_?)?id|.*_(p|u|g)?id(_full)?|.*(timestamp|cursor|invocation|cmdline|message|uuid|address)|code_line|seqnum|syslog_raw)$/i;

const names = ({ services = {}, scrape = {} }: Sound): Problem[] => [
  ...Object.entries(services).flatMap(([name, { metrics }]) => {
    const path = `services.${name}`;
    if (ownServices.has(name) || ownJobs.has(name))
      return [{ path, message: "is a name of Watchpost's own, expected another name" }];
    return metrics && scrape[name]
      ? [{ path: `scrape.${name}`, message: `expected a name of its own, ${path}.metrics is the job ${name} already` }]
      : [];
  }),
  ...Object.keys(scrape)
    .filter((job) => ownJobs.has(job))
    .map((job) => ({ path: `scrape.${job}`, message: "is a job of Watchpost's own, expected another name" })),
];

/** Each unit, container and user is part of one service at most, so that a line has one `service`. */
const parts = ({ services = {}, pod }: Sound): Problem[] => {
  const seen = new Map<string, string>();
  return Object.entries(services).flatMap(([name, { user, units, containers }]) => {
    const path = `services.${name}`;
    if (pod && user === pod.user && user !== "root")
      return [{ path: `${path}.user`, message: `expected another user, ${user} is the stack's own (pod.user)` }];
    const whole = units.length + containers.length === 0;
    if (whole && user === "root")
      return [{ path, message: "expected units or containers, or a user of its own, got neither" }];
    const claims = whole
      ? [{ where: `${path}.user`, what: `all of user ${user}` }]
      : [
          ...units.map((unit, index) => ({ where: `${path}.units.${index}`, what: `unit ${unit} of user ${user}` })),
          ...containers.map((container, index) => ({
            where: `${path}.containers.${index}`,
            what: `container ${container} of user ${user}`,
          })),
        ];
    return claims.flatMap(({ where, what }) => {
      const first = seen.get(what);
      seen.set(what, first ?? where);
      return first
        ? [{ path: where, message: `expected each part in one service, got ${what} again after ${first}` }]
        : [];
    });
  });
};

// a rootless service has its user's limit: journald sees that user's manager as the unit of all of them
const rateLimits = ({ services = {} }: Sound): Problem[] => {
  const first = new Map<string, string>();
  return Object.entries(services).flatMap(([name, { user, rateLimit }]) => {
    if (!rateLimit || user === "root") return [];
    const path = `services.${name}.rateLimit`;
    const other = first.get(user);
    first.set(user, other ?? path);
    const message = `expected one for all services of ${user}, which journald counts as one, got another beside ${other}`;
    return other ? [{ path, message }] : [];
  });
};

const jobs = ({
  services = {},
  scrape = {},
}: Sound): { where: string; job: ScrapeJob; taken: ReadonlySet<string> }[] => [
  ...Object.entries(services).flatMap(([name, { metrics }]) =>
    metrics ? [{ where: `services.${name}.metrics`, job: metrics, taken: new Set([...setByUs, "service"]) }] : [],
  ),
  ...Object.entries(scrape).map(([name, job]) => ({ where: `scrape.${name}`, job, taken: setByUs })),
];

/** What is wrong with a label's name, if anything. */
const labelProblem = (label: string, taken: ReadonlySet<string>): string | undefined => {
  if (taken.has(label) || label.startsWith("__")) return "is set by Watchpost, expected another name";
  return countless.test(label)
    ? "has as many values as there are lines or runs, and each would be a series of its own: expected a label with few values"
    : undefined;
};

const targets = (config: Sound): Problem[] => {
  const seen = new Map(
    listening(config).map(({ name, listen }) => [
      `${listen}/metrics`,
      `${name}.listen, which Watchpost scrapes itself`,
    ]),
  );
  return jobs(config).flatMap(({ where, job: { targets, kind, path, by, labels }, taken }) => [
    ...targets.flatMap((target, index) => {
      const at = `${where}.targets.${index}`;
      const { host, port } = splitHostPort(target);
      const key = `${target}${metricsPath({ kind, path })}`;
      const first = seen.get(key);
      seen.set(key, first ?? at);
      return [
        ...(first ? [{ path: at, message: `expected each target once, got ${key} again after ${first}` }] : []),
        ...(port >= 1 && port <= 65535 ? [] : [{ path: at, message: `expected a port from 1 to 65535, got ${port}` }]),
        ...(by === "prometheus" && isLoopback(host)
          ? [
              {
                path: `${where}.by`,
                message: `expected alloy for ${target}: the pod cannot reach the host's loopback`,
              },
            ]
          : []),
      ];
    }),
    ...Object.keys(labels).flatMap((label) => {
      const message = labelProblem(label, taken);
      return message ? [{ path: `${where}.labels.${label}`, message }] : [];
    }),
  ]);
};

const logs = ({ logs, services }: Sound): Problem[] => [
  ...Object.entries(logs?.labels ?? {}).flatMap(([label, field]) => {
    const message = labelProblem(label, setOnLines) ?? labelProblem(field.toLowerCase().replace(/^_+/, ""), new Set());
    return message ? [{ path: `logs.labels.${label}`, message: `${message}, got ${field}` }] : [];
  }),
  ...Object.entries(logs?.drop ?? {}).flatMap(([rule, { service }]) =>
    service && services && !services[service]
      ? [
          {
            path: `logs.drop.${rule}.service`,
            message: `expected a service of the inventory (${Object.keys(services).join(", ") || "it has none"}), got ${JSON.stringify(service)}`,
          },
        ]
      : [],
  ),
];

/** What is wrong in the inventory, its targets and the rules for its logs. */
export const inventory = (config: Sound): Problem[] => [
  ...names(config),
  ...parts(config),
  ...rateLimits(config),
  ...targets(config),
  ...logs(config),
];

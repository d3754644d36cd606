import { isDeepStrictEqual } from "node:util";
import { heartbeatPath } from "../../components/uptime-watch/heartbeat.ts";
import { inSeconds } from "../duration.ts";
import type { Problem } from "../errors.ts";
import { loopbackProblems, type Sound } from "../listen.ts";

type Watch = NonNullable<Sound["watch"]>;
type Heartbeat = NonNullable<NonNullable<Sound["alerting"]>["heartbeat"]>;

// Grafana starts within 30 s, and beats again when it has evaluated the rule, which it does once a minute
const restart = 90;
// Gatus ends a request after ten seconds
const longestAnswer = 10;

/** Gatus compares a header word by word, and finds a token by what stands after `Bearer `. */
const tokenForm = /^[\x21-\x7e]{16,}$/;

const onHost = ({ hosts = {} }: Sound) => Object.values(hosts).some(({ role }) => role === "watch");

const told = ({ emails, webhook, smtp }: Watch, { alerting, hosts = {} }: Sound): Problem[] => [
  ...(emails.length === 0 && !webhook && onHost({ hosts })
    ? [{ path: "watch", message: "expected emails, a webhook or both, got neither: it would see all and tell nobody" }]
    : []),
  ...(emails.length > 0 && !smtp && alerting && !alerting.smtp
    ? [
        {
          path: "watch.emails",
          message: "expected watch.smtp or alerting.smtp beside it, the server that takes the mails, got none",
        },
      ]
    : []),
];

// Gatus looks twice in `within`; Grafana, which tells at its group interval, may beat at every second one only
const times = ({ within, latency }: Watch, heartbeat: Heartbeat | undefined): Problem[] => {
  const least = Math.max(2 * restart, 8 * inSeconds(heartbeat?.interval ?? "1s"));
  const why = heartbeat
    ? ` (eight times alerting.heartbeat.interval, ${heartbeat.interval}, and at least ${2 * restart}s)`
    : "";
  return [
    ...(within !== undefined && inSeconds(within) < least
      ? [{ path: "watch.within", message: `expected ${least}s or more${why}, got ${within}` }]
      : []),
    ...(inSeconds(latency) > longestAnswer
      ? [{ path: "watch.latency", message: `expected 10s or less, after which a look is broken off, got ${latency}` }]
      : []),
  ];
};

// for the Gatus of the watch host; who exports files only may send the beat elsewhere
const beat = (heartbeat: Heartbeat | undefined): Problem[] => {
  const path = "alerting.heartbeat";
  if (!heartbeat)
    return [
      { path, message: "expected url and token beside a host with the role watch, which waits for it, got none" },
    ];
  const { url, token, scheme } = heartbeat;
  return [
    ...(url.endsWith(heartbeatPath)
      ? []
      : [
          {
            path: `${path}.url`,
            message: `expected a URL that ends in ${heartbeatPath}, where Gatus takes it, got another`,
          },
        ]),
    ...(token !== undefined && tokenForm.test(token)
      ? []
      : [
          {
            path: `${path}.token`,
            message: `expected 16 or more letters, digits and signs without spaces, got ${token === undefined ? "none" : "another"}`,
          },
        ]),
    ...(scheme === "Bearer"
      ? []
      : [{ path: `${path}.scheme`, message: `expected Bearer, which is what Gatus takes, got ${scheme}` }]),
  ];
};

const hosts = ({ hosts = {} }: Sound): Problem[] => {
  const all = Object.entries(hosts);
  const watching = all.filter(([, { role }]) => role === "watch");
  const server = all.find(([, { role }]) => role === "server");
  const [first] = watching;
  if (!first) return [];
  const names = watching.map(([name]) => name).join(" and ");
  return [
    ...(watching.length > 1
      ? [{ path: "hosts", message: `expected at most one host with the role watch, got ${names}` }]
      : []),
    ...(server && server[1].address === first[1].address && isDeepStrictEqual(server[1].jump, first[1].jump)
      ? [
          {
            path: `hosts.${first[0]}.address`,
            message: `expected another machine than hosts.${server[0]}, got ${first[1].address} too: it would go down with it`,
          },
        ]
      : []),
  ];
};

/** What is wrong in the watch from outside and in the heartbeat that it waits for. */
export const watchChecks = (config: Sound): Problem[] => {
  const { watch, alerting } = config;
  return [
    ...hosts(config),
    ...(watch
      ? [
          ...told(watch, config),
          ...loopbackProblems("watch.listen", watch.listen),
          ...times(watch, alerting?.heartbeat),
        ]
      : []),
    ...(onHost(config) && alerting ? beat(alerting.heartbeat) : []),
  ];
};

import { heartbeatPath } from "../../components/uptime-watch/heartbeat.ts";
import type { badInputs } from "./bad-inputs.ts";
import { hosts } from "./sample.ts";

const smtp = { host: "mail.example.org:587", from: "watchpost@example.org" };
const outside = { ...hosts.web, address: "192.0.2.20", role: "watch" };
const ops = { webhook: { url: "https://hook.example.org/", token: "hook" } };
const url = `https://watch.example.org${heartbeatPath}`;
const token = "swordfish-of-heartbeat";
const withBeat = (beat: Record<string, unknown>) => ({
  alerting: { contactPoints: { ops }, heartbeat: { url, token, ...beat } },
});
const onHost = { hosts: { ...hosts, outside }, ...withBeat({}), watch: ops };
const watch = (changes: Record<string, unknown>) => ({ ...onHost, watch: { ...ops, ...changes } });
const beat = (changes: Record<string, unknown>) => ({ ...onHost, ...withBeat(changes) });

/** What is wrong in the watch from outside. */
export const badWatch: typeof badInputs = [
  [
    "a watch that tells nobody",
    watch({ webhook: undefined }),
    "watch",
    /expected emails, a webhook or both/,
    "neither",
  ],
  [
    "two watch hosts",
    { ...onHost, hosts: { ...hosts, outside, other: outside } },
    "hosts",
    /expected at most one host with the role watch/,
    "outside and other",
  ],
  [
    "a watch on the host that it watches",
    { ...onHost, hosts: { ...hosts, outside: { ...outside, address: hosts.web.address } } },
    "hosts.outside.address",
    /expected another machine than hosts\.web/,
    "192.0.2.10",
  ],
  [
    "mails of the watch without a server for them",
    watch({ emails: ["ops@example.org"] }),
    "watch.emails",
    /expected watch\.smtp or alerting\.smtp beside it/,
    "none",
  ],
  [
    "a watch open to all",
    watch({ listen: "0.0.0.0:8080" }),
    "watch.listen",
    /expected a loopback address/,
    "0.0.0.0:8080",
  ],
  ["a watch on a port for root", watch({ listen: "127.0.0.1:80" }), "watch.listen", /expected a port from 1024/, "80"],
  [
    "a silence that a restart would make",
    watch({ within: "2m" }),
    "watch.within",
    /expected 480s or more \(eight times alerting\.heartbeat\.interval, 1m,/,
    "2m",
  ],
  ["a latency beyond Gatus's own limit", watch({ latency: "30s" }), "watch.latency", /expected 10s or less/, "30s"],
  [
    "a name for a DNS server",
    watch({ resolver: "dns.example.org" }),
    "watch.resolver",
    /the IP address of a DNS/,
    '"dns.ex',
  ],
  [
    "a mail address of the watch",
    watch({ smtp, emails: ["ops"] }),
    "watch.emails.0",
    /expected a mail address/,
    '"ops"',
  ],
  [
    "a watch host without a heartbeat",
    { ...onHost, alerting: { contactPoints: { ops } } },
    "alerting.heartbeat",
    /expected url and token beside a host with the role watch/,
    "none",
  ],
  [
    "a heartbeat that Gatus would not find",
    beat({ url: "https://watch.example.org/heartbeat" }),
    "alerting.heartbeat.url",
    /expected a URL that ends in \/api\/v1\/endpoints\/watchpost_heartbeat\/external\?success=true/,
    "another",
  ],
  ["a heartbeat without a token", beat({ token: undefined }), "alerting.heartbeat.token", /16 or more letters/, "none"],
  ["a heartbeat with a short token", beat({ token: "swordfish" }), "alerting.heartbeat.token", /16 or more/, "another"],
  [
    "a heartbeat with a token in two words",
    beat({ token: "swordfish of the heartbeat" }),
    "alerting.heartbeat.token",
    /without spaces/,
    "another",
  ],
  [
    "a heartbeat with another scheme",
    beat({ scheme: "Token" }),
    "alerting.heartbeat.scheme",
    /expected Bearer/,
    "Token",
  ],
];

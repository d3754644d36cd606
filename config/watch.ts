import { isIP } from "node:net";
import * as z from "zod";
import { smtp, webhookOf } from "./alerting.ts";
import { splitHostPort } from "./host-port.ts";
import { duration, email, home, newUser } from "./values.ts";

const isDnsServer = (text: string) => isIP(text) !== 0 || isIP(splitHostPort(text).host) !== 0;

/** The watch from outside: what it looks at is the inventory, what it says goes its own way. */
export const watch = {
  /** The service user on the watch host whose podman runs Gatus. */
  user: newUser.default("watchpost"),
  home: home.optional(),
  /** How often each public URL, the ssh port and each name are looked at. */
  interval: duration.default("1m"),
  /** The longest that a public URL may take to answer. */
  latency: duration.default("5s"),
  /** A DNS server that sees the names as everybody does. */
  resolver: z
    .string()
    .refine(isDnsServer, "expected the IP address of a DNS server such as 9.9.9.9")
    .default("9.9.9.9"),
  /** How long after the heartbeat's last beat its silence is told, at the latest. Default: 10m, or eight of its intervals. */
  within: duration.optional(),
  /** How long until an alarm that still holds is told again. */
  repeat: duration.default("4h"),
  emails: z.array(email).default([]),
  /** By default `alerting.smtp`. */
  smtp: smtp.optional(),
  webhook: webhookOf.optional(),
};

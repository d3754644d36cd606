import * as z from "zod";

/** A text of a form, and how that form is told to a person. */
export const expected = (what: string, pattern: RegExp) =>
  z.string(`expected ${what}`).regex(pattern, `expected ${what}`);

/** Prometheus style: one number and one unit. */
export const duration = expected("a duration such as 30s, 5m, 12h or 31d", /^[1-9][0-9]*(ms|s|m|h|d|w|y)$/);
export const bytes = expected("a size such as 512MB or 20GB", /^[1-9][0-9]*(KB|MB|GB|TB)$/);
/** As systemd takes it. */
export const memory = expected("an amount of memory such as 512M or 2G", /^[1-9][0-9]*[KMGT]$/);
export const name = expected("a name of lower-case letters, digits and -, such as web-1", /^[a-z][a-z0-9-]{0,62}$/);
export const hostPort = expected(
  "host:port, such as 127.0.0.1:9300 or [::1]:9300",
  /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$/,
);
export const label = expected("a label name such as team", /^[a-zA-Z_][a-zA-Z0-9_]*$/);
export const hostKey = expected(
  "the host's public key as 'ssh-keyscan -t ed25519 ADDRESS' prints it after the address: ssh-ed25519 AAAA...",
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{20,}={0,2}( .*)?$/,
);
/** A user that Watchpost creates, in a form that every useradd(8) accepts. */
export const newUser = expected("a user name such as watchpost", /^[a-z_][a-z0-9_-]{0,30}$/);
// names of existing users and groups: those of Active Directory and LDAP have dots, capitals, @, \ and any letters
const existing = /[\p{L}\p{N}_][\p{L}\p{M}\p{N}._@\\+-]{0,254}\$?/u.source;
/** An existing user; digits alone would be an id. */
export const userName = expected(
  "a user name such as watchpost, john.doe or CORP\\jane",
  new RegExp(`^(?!\\d+$)${existing}$`, "u"),
);
/** Owner of a file, by names or ids. */
export const owner = expected(
  "the user:group that Authentik runs as, such as 1000:1000",
  new RegExp(`^${existing}:${existing}$`, "u"),
);
// no `..`, `.` or `//`: the path is where it leads, apart from links
const absolute = /(\/(?!\.{1,2}(\/|$))[^\s/:]+)+/.source;
export const home = expected(
  "an absolute path such as /home/watchpost, without .. and //",
  new RegExp(`^${absolute}/?$`),
);
export const hostPath = expected(
  "an absolute path such as /srv/authentik/blueprints/watchpost.yaml, without .. and //",
  new RegExp(`^${absolute}$`),
);
export const digest = expected("a digest: sha256: and 64 hex digits", /^sha256:[0-9a-f]{64}$/);
export const image = expected(
  "registry/repository:tag, such as docker.io/grafana/loki:3.7.8",
  /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._-]+)+:[A-Za-z0-9._-]{1,128}$/,
);
export const unit = expected(
  "a unit with its suffix, such as shop.service",
  /^[A-Za-z0-9:_.@\\-]{1,200}\.(service|socket|timer|mount|path|scope|target)$/,
);
export const container = expected("a container's name such as shop-web", /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/);
const hasLogin = (text: string) => {
  const { username, password } = URL.parse(text) ?? { username: "", password: "" };
  return username !== "" || password !== "";
};
/**
 * A URL of the web, without a login: whoever sees the URL would have it.
 * @param instead The key that takes a login.
 */
export const urlSuchAs = (example: string, instead?: string) => {
  const error = `expected a URL such as ${example}`;
  const noLogin = `expected a URL without a login in it${instead === undefined ? "" : `, which belongs into ${instead}`}`;
  return (
    z
      .url({ protocol: /^https?$/, error })
      // some are written between backquotes in Grafana's own config
      .regex(/^[^`\s]*$/, error)
      .refine((text) => !hasLogin(text), noLogin)
  );
};
export const httpUrl = urlSuchAs("https://grafana.example.org/");
/** Of a webhook, whose header Authorization takes a login. */
export const webhookUrl = urlSuchAs("https://hook.example.org/", "token (for scheme Basic in base64)");
export const path = expected("a path such as /metrics", /^\/\S*$/);
export const email = expected(
  "a mail address such as ops@example.org",
  /^[^\s@"<>,;]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/,
);

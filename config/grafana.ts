import * as z from "zod";
import { expected, hostPath, httpUrl, name, owner } from "./values.ts";

/** Grafana's roles, the strongest first. */
export const roles = ["GrafanaAdmin", "Admin", "Editor", "Viewer"] as const;
export type Role = (typeof roles)[number];

// it stands between quotes in Grafana's role mapping and in a list that commas part
const groupName = expected(
  "a group's name without quotes, commas and backslashes",
  /^[^\s'"`\\,]([^'"`\\,\n]*[^\s'"`\\,])?$/,
);
const groups = z.array(groupName).default([]);

const defaultRoles = {
  GrafanaAdmin: ["grafana-admins"],
  Admin: [],
  Editor: ["grafana-editors"],
  Viewer: ["grafana-viewers"],
};

/** The Authentik side as a file on the host, for an Authentik that reads its blueprints there. */
const blueprintFile = z.strictObject({
  path: hostPath,
  /** Whom Authentik's worker runs as: one file that it cannot read keeps it from finding any blueprint, its own too. */
  owner,
  mode: expected("an octal mode such as 640, which lets nobody else read the client's secret", /^[0-7]{2}0$/).default(
    "600",
  ),
});

/** How people log in. */
export const login = z.strictObject({
  /** Authentik as browsers reach it. */
  url: httpUrl,
  /** Of the application in Authentik. */
  slug: name.default("grafana"),
  /** Of a provider that is there already; without them both are made, and the blueprint with them. */
  clientId: z.string().min(1).optional(),
  clientSecret: z.string().min(8, "expected 8 characters or more").optional(),
  /** Role to groups of Authentik; who is in none of them does not get in. */
  roles: z
    .strictObject({ GrafanaAdmin: groups, Admin: groups, Editor: groups, Viewer: groups })
    .refine((map) => Object.values(map).some((list) => list.length > 0), "expected at least one group")
    .default(defaultRoles),
  /** Those of the roles' groups that may log in; all of them by default. */
  allowedGroups: z.array(groupName).min(1, "expected at least one group").optional(),
  /** Whether Grafana's own login page is passed over. */
  autoLogin: z.boolean().default(false),
  blueprintFile: blueprintFile.optional(),
});

/** What of Grafana is code, and how its API is reached. */
export const access = {
  /** tunnel: through ssh; url: at `apiUrl`; none: nothing is put into Grafana but its data sources. */
  access: z.enum(["tunnel", "url", "none"]).default("tunnel"),
  /** The tunnel's end on the loopback of the machine that runs Pulumi; by default one that comes of the stack's name. */
  tunnelPort: z.int().min(1024).max(65535).optional(),
  /** Of `access: url`; by default `rootUrl`. */
  apiUrl: httpUrl.optional(),
  login: login.optional(),
};

export type Login = z.output<typeof login>;

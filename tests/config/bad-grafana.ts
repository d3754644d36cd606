import type { badInputs } from "./bad-inputs.ts";

const rootUrl = "https://grafana.example.org/";
const login = (changes: Record<string, unknown>, grafana: Record<string, unknown> = { rootUrl }) => ({
  grafana: { ...grafana, login: { url: "https://auth.example.org/", ...changes } },
});

/** What is wrong in how Grafana is reached and logged in to. */
export const badGrafana: typeof badInputs = [
  [
    "a way to Grafana that there is not",
    { grafana: { access: "vpn" } },
    "grafana.access",
    /"tunnel" or "url"/,
    '"vpn"',
  ],
  [
    "a URL for the API that is none",
    { grafana: { apiUrl: "grafana:3000" } },
    "grafana.apiUrl",
    /expected a URL/,
    "grafana:3000",
  ],
  ["access by URL without one", { grafana: { access: "url" } }, "grafana.apiUrl", /or grafana\.rootUrl/, "neither"],
  ["a tunnel at a port for root only", { grafana: { tunnelPort: 80 } }, "grafana.tunnelPort", />=1024/, "80"],
  ["a login without Authentik's URL", login({ url: undefined }), "grafana.login.url", /expected a URL/, "nothing"],
  ["a login that cannot lead back", login({}, {}), "grafana.rootUrl", /expected the URL that people open/, "nothing"],
  [
    "a login without access to Grafana",
    login({}, { rootUrl, access: "none" }),
    "grafana.access",
    /expected tunnel or url beside grafana\.login/,
    "none",
  ],
  ["an empty role map", login({ roles: {} }), "grafana.login.roles", /expected at least one group/, "{}"],
  [
    "roles without groups",
    login({ roles: { Admin: [], Viewer: [] } }),
    "grafana.login.roles",
    /expected at least one group/,
    '{"Admin":[],"Viewer":[]}',
  ],
  [
    "a role that Grafana does not have",
    login({ roles: { Admin: ["admins"], Boss: ["bosses"] } }),
    "grafana.login.roles.Boss",
    /is not a key that Watchpost knows/,
    "",
  ],
  [
    "a group that would break out of the role mapping",
    login({ roles: { Viewer: ["x') || 'Admin"] } }),
    "grafana.login.roles.Viewer.0",
    /expected a group's name without quotes/,
    "x') || 'Admin",
  ],
  [
    "a group under two roles",
    login({ roles: { Admin: ["ops"], Viewer: ["ops"] } }),
    "grafana.login.roles.Viewer.0",
    /expected each group under one role/,
    "ops again after grafana.login.roles.Admin.0",
  ],
  [
    "an unknown group",
    login({ allowedGroups: ["grafana-admins", "grafana-viewer"] }),
    "grafana.login.allowedGroups.1",
    /expected a group of grafana\.login\.roles, .* the nearest is grafana-viewers/,
    '"grafana-viewer"',
  ],
  [
    "nobody to let in",
    login({ allowedGroups: [] }),
    "grafana.login.allowedGroups",
    /expected at least one group/,
    "[]",
  ],
  [
    "a client without its secret",
    login({ clientId: "grafana" }),
    "grafana.login.clientSecret",
    /expected the secret of clientId/,
    "nothing",
  ],
  [
    "a client's secret without its id",
    login({ clientSecret: "swordfish-swordfish" }),
    "grafana.login.clientId",
    /expected the id that clientSecret is of/,
    "nothing",
  ],
  [
    "a blueprint for a client of one's own",
    login({
      clientId: "grafana",
      clientSecret: "swordfish-swordfish",
      blueprintFile: { path: "/srv/blueprint.yaml", owner: "1000:1000" },
    }),
    "grafana.login.blueprintFile",
    /expected none beside clientId/,
    "takes no blueprint",
  ],
  [
    "a blueprint that nobody is told to own",
    login({ blueprintFile: { path: "/srv/blueprint.yaml" } }),
    "grafana.login.blueprintFile.owner",
    /expected the user:group that Authentik runs as, such as 1000:1000/,
    "nothing",
  ],
];

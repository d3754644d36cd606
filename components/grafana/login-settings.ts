import { type Login, type Role, roles } from "../../config/grafana.ts";

/** All groups that a role is given to. */
export const groupsOf = ({ roles: map }: Login): string[] => roles.flatMap((role) => map[role]);

/** The groups that may log in. */
export const allowedGroups = (login: Login): string[] => login.allowedGroups ?? groupsOf(login);

/** The role by the groups, the strongest first, as JMESPath; none for who is in no group, who is then refused. */
export const roleAttributePath = ({ roles: map }: Login): string =>
  roles.flatMap((role: Role) => map[role].map((group) => `contains(groups[*], '${group}') && '${role}'`)).join(" || ");

// Grafana splits at spaces and commas, or takes a JSON list
const groupList = (groups: string[]) =>
  groups.some((group) => group.includes(" ")) ? JSON.stringify(groups) : groups.join(" ");

const below = (url: string, path: string) => `${url.replace(/\/+$/, "")}/${path}`;

/** Authentik's endpoints. Source: Authentik's documentation of its OAuth2 provider. */
export const endpoints = ({ url, slug }: Login) => {
  const base = below(url, "application/o");
  return {
    authorize: `${base}/authorize/`,
    token: `${base}/token/`,
    userinfo: `${base}/userinfo/`,
    endSession: `${base}/${slug}/end-session/`,
  };
};

/** Where Authentik sends people back to, after the login and after signing out; it compares to the letter. */
export const redirectUri = (rootUrl: string): string => below(rootUrl, "login/generic_oauth");
export const logoutUri = (rootUrl: string): string => below(rootUrl, "login");

/** Grafana's `generic_oauth` but for the client: PKCE, a role from the groups or no login. */
export const oauthSettings = (login: Login, rootUrl: string) => {
  const { authorize, token, userinfo, endSession } = endpoints(login);
  return {
    enabled: true,
    name: "Authentik",
    authUrl: authorize,
    tokenUrl: token,
    apiUrl: userinfo,
    scopes: "openid profile email",
    // with offline_access Authentik asks for consent at each login
    useRefreshToken: false,
    usePkce: true,
    allowSignUp: true,
    autoLogin: login.autoLogin,
    loginAttributePath: "preferred_username",
    emailAttributePath: "email",
    nameAttributePath: "name",
    groupsAttributePath: "groups",
    allowedGroups: groupList(allowedGroups(login)),
    roleAttributePath: roleAttributePath(login),
    roleAttributeStrict: true,
    allowAssignGrafanaAdmin: login.roles.GrafanaAdmin.length > 0,
    signoutRedirectUrl: `${endSession}?post_logout_redirect_uri=${encodeURIComponent(logoutUri(rootUrl))}`,
  };
};

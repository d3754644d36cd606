import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Configuration } from "oidc-provider";
import { logoutUri, redirectUri } from "../../../components/grafana/login-settings.ts";

/** Who can log in, by name; the claim `groups` may be anything, or missing. */
export type People = Record<string, { groups?: unknown }>;

/** The client that Grafana is. */
export const client = { id: "grafana", secret: "swordfish-of-the-client" };

const configOf = (people: People, rootUrl: string): Configuration => ({
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [redirectUri(rootUrl)],
      post_logout_redirect_uris: [logoutUri(rootUrl)],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  // where Authentik has them, for the settings that the program makes
  routes: {
    authorization: "/application/o/authorize/",
    token: "/application/o/token/",
    userinfo: "/application/o/userinfo/",
    end_session: "/application/o/grafana/end-session/",
  },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"], email: ["email", "email_verified"] },
  cookies: { keys: ["for the tests"] },
  findAccount: (_context, accountId) => ({
    accountId,
    claims: () => ({
      sub: accountId,
      name: `The ${accountId}`,
      preferred_username: accountId,
      email: `${accountId}@example.org`,
      email_verified: true,
      ...people[accountId],
    }),
  }),
});

/** A certified OpenID provider on the loopback, with Authentik's paths; any password will do. */
export class OpenidProvider {
  readonly #server: Server = createServer();

  /** @returns its URL, without a slash at the end */
  async start(people: People, rootUrl: string): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    const url = `http://localhost:${(this.#server.address() as AddressInfo).port}`;
    this.#server.on("request", new Provider(url, configOf(people, rootUrl)).callback());
    return url;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

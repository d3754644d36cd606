import { Document, Scalar, type YAMLSeq } from "yaml";
import type { Login } from "../../config/grafana.ts";
import { allowedGroups, groupsOf, logoutUri, redirectUri } from "./login-settings.ts";

/** The client that Grafana is to Authentik. */
export interface OauthClient {
  id: string;
  secret: string;
}

const tagged = <Node extends Scalar | YAMLSeq>(tag: string, node: Node): Node => Object.assign(node, { tag });

/** What stands in the same blueprint. */
const keyOf = (id: string) => tagged("!KeyOf", new Scalar(id));

/** What Authentik has already, by one of its fields. */
const find = (document: Document, model: string, field: string, value: string) => {
  const list = document.createNode([model, [field, value]], { flow: true }) as YAMLSeq;
  return tagged("!Find", list);
};

// in place of Authentik's own mapping of `profile`: with the groups that one is in through another; the name of the
// relation differs between versions of Authentik, that of the method does not
const profile = `return {
    "name": request.user.name,
    "preferred_username": request.user.username,
    "groups": [group.name for group in request.user.all_groups()],
}
`;

/**
 * The Authentik side as a blueprint: groups, a scope that tells them, the provider, the application, and who may open it.
 * Applied by Authentik 2026.5.0-rc1. Sources: its blueprint schema and `blueprints/system/providers-oauth2.yaml`.
 */
export const authentikBlueprint = (login: Login, rootUrl: string, client: OauthClient): string => {
  const document = new Document();
  const flow = (slug: string) => find(document, "authentik_flows.flow", "slug", slug);
  const scope = (managed: string) =>
    find(
      document,
      "authentik_providers_oauth2.scopemapping",
      "managed",
      `goauthentik.io/providers/oauth2/scope-${managed}`,
    );
  const groupId = (group: string) => `group-${groupsOf(login).indexOf(group)}`;
  const groups = groupsOf(login).map((group) => ({
    model: "authentik_core.group",
    id: groupId(group),
    // one that is there keeps its members and whatever else it has
    state: "created",
    identifiers: { name: group },
  }));
  const binding = (group: string) => ({
    model: "authentik_policies.policybinding",
    identifiers: { target: keyOf("application"), group: keyOf(groupId(group)) },
  });
  const allowed = allowedGroups(login);
  const bindings = allowed.map((group, order) => ({ ...binding(group), attrs: { order, enabled: true } }));
  // a blueprint that is applied again takes nothing away that it does not name
  const unbound = groupsOf(login)
    .filter((group) => !allowed.includes(group))
    .map((group) => ({ ...binding(group), state: "absent" }));
  document.contents = document.createNode({
    version: 1,
    metadata: { name: `Watchpost: login to Grafana (${login.slug})` },
    entries: [
      ...groups,
      {
        model: "authentik_providers_oauth2.scopemapping",
        id: "profile",
        identifiers: { name: `Watchpost: profile and groups for ${login.slug}` },
        attrs: { scope_name: "profile", description: "Name and groups", expression: profile },
      },
      {
        model: "authentik_providers_oauth2.oauth2provider",
        id: "provider",
        identifiers: { name: login.slug },
        attrs: {
          authorization_flow: flow("default-provider-authorization-implicit-consent"),
          // it ends the session at Authentik too, which the provider's own does not
          invalidation_flow: flow("default-invalidation-flow"),
          client_type: "confidential",
          client_id: client.id,
          client_secret: client.secret,
          // without it newer versions grant nothing; older ones do not know it
          grant_types: ["authorization_code"],
          redirect_uris: [
            { matching_mode: "strict", url: redirectUri(rootUrl) },
            // up to 2026.2 there are none of this type: people end at Authentik's page then
            { matching_mode: "strict", url: logoutUri(rootUrl), redirect_uri_type: "logout" },
          ],
          signing_key: find(
            document,
            "authentik_crypto.certificatekeypair",
            "name",
            "authentik Self-signed Certificate",
          ),
          property_mappings: [scope("openid"), scope("email"), keyOf("profile")],
        },
      },
      {
        model: "authentik_core.application",
        id: "application",
        identifiers: { slug: login.slug },
        attrs: { name: "Grafana", provider: keyOf("provider"), meta_launch_url: rootUrl, policy_engine_mode: "any" },
      },
      ...bindings,
      ...unbound,
    ],
  }) as never;
  return document.toString({ lineWidth: 0 });
};

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseDocument } from "yaml";
import { authentikBlueprint } from "../../components/grafana/authentik-blueprint.ts";
import { oauthSettings, roleAttributePath } from "../../components/grafana/login-settings.ts";
import { type Login, login } from "../../config/grafana.ts";

const loginWith = (values: Record<string, unknown> = {}): Login =>
  login.parse({ url: "https://auth.example.org/", ...values });

const rootUrl = "https://grafana.example.org/";
const settingsOf = (values?: Record<string, unknown>) => oauthSettings(loginWith(values), rootUrl);

describe("the role of who logs in", () => {
  test("is that of the strongest group, and nobody's by default", () => {
    // the mapping that was tried with Grafana 12.4 and users in each group, in two and in none
    assert.equal(
      roleAttributePath(loginWith()),
      "contains(groups[*], 'grafana-admins') && 'GrafanaAdmin' || contains(groups[*], 'grafana-editors') && 'Editor' || contains(groups[*], 'grafana-viewers') && 'Viewer'",
    );
    assert.equal(settingsOf().roleAttributeStrict, true);
  });

  test("comes from the groups of the config, several for a role", () => {
    const roles = { Viewer: ["staff", "guests"], Admin: ["ops"] };
    assert.equal(
      roleAttributePath(loginWith({ roles })),
      "contains(groups[*], 'ops') && 'Admin' || contains(groups[*], 'staff') && 'Viewer' || contains(groups[*], 'guests') && 'Viewer'",
    );
    assert.equal(settingsOf({ roles }).allowAssignGrafanaAdmin, false);
  });

  test("is given to allowed groups only, by default those with a role", () => {
    const allowed = (values?: Record<string, unknown>) => settingsOf(values).allowedGroups;
    assert.equal(allowed(), "grafana-admins grafana-editors grafana-viewers");
    assert.equal(allowed({ allowedGroups: ["grafana-admins"] }), "grafana-admins");
    assert.equal(
      allowed({ roles: { Admin: ["authentik Admins"], Viewer: ["staff"] } }),
      '["authentik Admins","staff"]',
    );
  });
});

test("Grafana talks to Authentik's endpoints, with PKCE, and signs out there and back", () => {
  for (const url of ["https://auth.example.org", "https://auth.example.org/"]) {
    const settings = settingsOf({ url, slug: "watch" });
    assert.deepEqual(
      [settings.authUrl, settings.tokenUrl, settings.apiUrl],
      ["authorize/", "token/", "userinfo/"].map((end) => `https://auth.example.org/application/o/${end}`),
    );
    assert.equal(
      settings.signoutRedirectUrl,
      "https://auth.example.org/application/o/watch/end-session/?post_logout_redirect_uri=https%3A%2F%2Fgrafana.example.org%2Flogin",
    );
    assert.deepEqual([settings.usePkce, settings.autoLogin], [true, false]);
  }
});

describe("the blueprint for Authentik", () => {
  interface Entry {
    model: string;
    id?: string;
    identifiers: Record<string, unknown>;
    attrs: Record<string, unknown>;
    state?: string;
  }
  const secret = "a: 'secret' # with {all} that YAML knows";
  const text = (values?: Record<string, unknown>, url = rootUrl) =>
    authentikBlueprint(loginWith(values), url, { id: "grafana-client", secret });
  const tag = (tag: string) => ({ tag, resolve: (value: string) => `${tag} ${value}` });
  const list = (tag: string) => ({
    tag,
    collection: "seq" as const,
    resolve: (value: { toJSON(): unknown }) => `${tag} ${JSON.stringify(value.toJSON())}`,
  });
  const entriesOf = (text: string): Entry[] => {
    const document = parseDocument(text, { customTags: [tag("!KeyOf"), list("!Find")] });
    assert.deepEqual([...document.errors, ...document.warnings], []);
    return JSON.parse(JSON.stringify(document.toJS())).entries;
  };
  const one = (entries: Entry[], model: string) => {
    const [entry, ...more] = entries.filter((entry) => entry.model === model);
    assert.ok(entry && more.length === 0, model);
    return entry;
  };

  test("has a provider whose redirect is Grafana's to the letter, with both flows", () => {
    const provider = one(entriesOf(text()), "authentik_providers_oauth2.oauth2provider").attrs;
    assert.deepEqual(provider.redirect_uris, [
      { matching_mode: "strict", url: "https://grafana.example.org/login/generic_oauth" },
      { matching_mode: "strict", url: "https://grafana.example.org/login", redirect_uri_type: "logout" },
    ]);
    assert.match(
      String(provider.authorization_flow),
      /!Find .*"slug","default-provider-authorization-implicit-consent"/,
    );
    assert.match(String(provider.invalidation_flow), /!Find .*"slug","default-invalidation-flow"/);
    assert.deepEqual([provider.client_id, provider.client_secret], ["grafana-client", secret]);
  });

  test("redirects below a path where Grafana is below one", () => {
    const entries = entriesOf(text({}, "https://example.org/grafana"));
    const [redirect] = one(entries, "authentik_providers_oauth2.oauth2provider").attrs.redirect_uris as {
      url: string;
    }[];
    assert.equal(redirect?.url, "https://example.org/grafana/login/generic_oauth");
  });

  test("tells Grafana the groups by a scope that Grafana asks for", () => {
    const mapping = one(entriesOf(text()), "authentik_providers_oauth2.scopemapping");
    assert.ok(settingsOf().scopes.split(" ").includes(String(mapping.attrs.scope_name)));
    assert.match(String(mapping.attrs.expression), /"groups": \[/);
    const { property_mappings } = one(entriesOf(text()), "authentik_providers_oauth2.oauth2provider").attrs;
    assert.ok((property_mappings as string[]).includes(`!KeyOf ${mapping.id}`));
  });

  test("lets the allowed groups open the application, and nobody else", () => {
    const entries = entriesOf(text({ allowedGroups: ["grafana-viewers", "grafana-admins"] }));
    const names = new Map(entries.map(({ id, identifiers }) => [`!KeyOf ${id}`, identifiers.name]));
    const bound = entries.filter(({ model }) => model === "authentik_policies.policybinding");
    assert.deepEqual(
      bound.map(({ identifiers, state }) => [identifiers.target, names.get(String(identifiers.group)), state]),
      [
        ["!KeyOf application", "grafana-viewers", undefined],
        ["!KeyOf application", "grafana-admins", undefined],
        // taken away where it was allowed before
        ["!KeyOf application", "grafana-editors", "absent"],
      ],
    );
    assert.equal(one(entries, "authentik_core.application").identifiers.slug, "grafana");
  });

  test("makes the groups, and leaves those alone that are there", () => {
    const groups = entriesOf(text()).filter(({ model }) => model === "authentik_core.group");
    assert.deepEqual(
      groups.map(({ identifiers, state }) => [identifiers.name, state]),
      ["grafana-admins", "grafana-editors", "grafana-viewers"].map((name) => [name, "created"]),
    );
  });

  test("names nothing before it is there", () => {
    const lines = text().split("\n");
    for (const [index, line] of lines.entries()) {
      const [, id] = /!KeyOf (\S+)/.exec(line) ?? [];
      if (id) assert.ok(lines.slice(0, index).includes(`    id: ${id}`), line);
    }
  });
});

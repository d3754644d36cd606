import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { endpoints, oauthSettings, redirectUri } from "../../components/grafana/login-settings.ts";
import { breakGlass } from "../../components/pod/grafana-ini.ts";
import { type Login, login } from "../../config/grafana.ts";
import { configWith } from "../config/sample.ts";
import { freePort } from "../free-port.ts";
import { putLogin } from "./around/api-client.ts";
import { Grafana } from "./around/grafana.ts";
import { client, OpenidProvider, type People } from "./around/openid-provider.ts";
import { Visitor } from "./around/visitor.ts";
import { type GrafanaHome, grafanaHome, noGrafana } from "./home.ts";

const people: People = {
  "an-admin": { groups: ["grafana-admins"] },
  "an-editor": { groups: ["staff", "grafana-editors"] },
  "a-viewer": { groups: ["grafana-viewers"] },
  "one-in-two": { groups: ["grafana-viewers", "grafana-editors"] },
  "one-in-none": { groups: [] },
  "one-in-another": { groups: ["staff"] },
  "one-with-a-text": { groups: "grafana-admins" },
  "one-without-the-claim": {},
};

const password = "swordfish-of-admin";

describe("login to a real Grafana", { skip: noGrafana, concurrency: 1 }, () => {
  const provider = new OpenidProvider();
  let home: GrafanaHome;
  let grafana: Grafana;
  let settings: Login;
  const set = (values: Partial<Login> = {}) =>
    putLogin(grafana, {
      ...oauthSettings({ ...settings, ...values }),
      clientId: client.id,
      clientSecret: client.secret,
    });
  const logIn = async (name: string) => {
    const visitor = new Visitor();
    const page = await visitor.follow(
      `${grafana.url}/login/generic_oauth`,
      { login: name, password: "any" },
      grafana.url,
    );
    const session = visitor.cookie(grafana.url, "grafana_session");
    const ask = async (path: string) => JSON.parse((await visitor.open(grafana.url + path)).text);
    return { visitor, page, session, ask };
  };

  before(async () => {
    home = await grafanaHome();
    const port = await freePort();
    const rootUrl = `http://localhost:${port}/`;
    const url = await provider.start(people, redirectUri(rootUrl));
    settings = login.parse({ url });
    const nowhere = "http://127.0.0.1:9";
    grafana = new Grafana({
      home,
      port,
      config: configWith({ grafana: { rootUrl } }),
      secrets: { admin: password },
      sources: { prometheus: nowhere, loki: nowhere },
    });
    await grafana.start();
    await set();
  });
  after(async () => {
    await grafana?.stop();
    await provider.stop();
    await home?.forget();
  });

  for (const [name, role, isGrafanaAdmin] of [
    ["an-admin", "Admin", true],
    ["an-editor", "Editor", false],
    ["a-viewer", "Viewer", false],
    ["one-in-two", "Editor", false],
  ] as const)
    test(`${name} gets in as ${role}`, async () => {
      const { ask, session, page } = await logIn(name);
      assert.ok(session, `no session; the last page was ${page.status} ${page.location ?? page.url}: ${grafana.said}`);
      const user = await ask("/api/user");
      assert.deepEqual(
        [user.login, user.email, user.name, user.isGrafanaAdmin],
        [name, `${name}@example.org`, `The ${name}`, isGrafanaAdmin],
      );
      const [org] = await ask("/api/user/orgs");
      assert.equal(org.role, role);
    });

  for (const name of ["one-in-none", "one-in-another", "one-with-a-text", "one-without-the-claim"])
    test(`${name} is refused, and not made known to Grafana`, async () => {
      const { session, visitor } = await logIn(name);
      assert.equal(session, undefined);
      assert.ok(visitor.cookie(grafana.url, "login_error"), "Grafana says why");
      assert.equal((await grafana.ask("GET", `/api/users/lookup?loginOrEmail=${name}`)).status, 404);
    });

  test("only the allowed groups get in, where they are fewer", async () => {
    await set({ allowedGroups: ["grafana-admins"] });
    assert.equal((await logIn("a-viewer")).session, undefined);
    assert.ok((await logIn("an-admin")).session);
    await set();
  });

  test("who logs out is signed out at the provider too", async () => {
    const { visitor, session } = await logIn("a-viewer");
    assert.ok(session);
    const { location = "" } = await visitor.open(`${grafana.url}/logout`);
    assert.ok(location.startsWith(endpoints(settings).endSession), location);
    assert.equal(visitor.cookie(grafana.url, "grafana_session"), undefined);
  });

  test("with autoLogin the login page leads to the provider, and its break-glass form stays", async (t) => {
    if (!home.pages) return t.skip("this Grafana was built without its pages");
    await set({ autoLogin: true });
    const { location = "" } = await new Visitor().open(`${grafana.url}/login`);
    assert.match(location, /\/login\/generic_oauth/);
    const form = await new Visitor().open(`${grafana.url}/login?disableAutoLogin`);
    assert.deepEqual([form.status, form.location], [200, undefined]);
  });

  test("the break-glass login works with the provider stopped, and with a new password once the unit restarts", async () => {
    await provider.stop();
    const logInAs = async (word: string) => {
      const body = { user: breakGlass.user, password: word };
      return (await grafana.ask("POST", "/login", body, { Authorization: "" })).status;
    };
    assert.equal(await logInAs(password), 200);
    assert.equal(await logInAs("another"), 401);
    await grafana.cli(["admin", "reset-admin-password", "--password-from-stdin"], "another-swordfish");
    assert.equal(await logInAs("another-swordfish"), 200);
    assert.equal(await logInAs(password), 401);
  });
});

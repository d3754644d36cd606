import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { endpoints } from "../../components/grafana/login-settings.ts";
import { breakGlass } from "../../components/pod/grafana-ini.ts";
import { adminPassword } from "./around/grafana.ts";
import { LoginRig, unwelcome, welcome } from "./around/login-rig.ts";
import { Visitor } from "./around/visitor.ts";
import { noGrafana } from "./home.ts";

describe("login to a real Grafana", { skip: noGrafana, concurrency: 1 }, () => {
  const rig = new LoginRig();
  const logIn = async (name: string) => {
    const visitor = new Visitor();
    const { url } = rig.grafana;
    const page = await visitor.follow(`${url}/login/generic_oauth`, { login: name, password: "any" }, url);
    const session = visitor.cookie(url, "grafana_session");
    const ask = async (path: string) => JSON.parse((await visitor.open(url + path)).text);
    return { visitor, page, session, ask };
  };

  before(() => rig.start());
  after(() => rig.stop());

  for (const { name, role, isGrafanaAdmin } of welcome)
    test(`${name} gets in as ${role}`, async () => {
      const { ask, session, page } = await logIn(name);
      assert.ok(
        session,
        `no session; the last page was ${page.status} ${page.location ?? page.url}: ${rig.grafana.said}`,
      );
      const user = await ask("/api/user");
      assert.deepEqual(
        [user.login, user.email, user.name, user.isGrafanaAdmin],
        [name, `${name}@example.org`, `The ${name}`, isGrafanaAdmin],
      );
      const [org] = await ask("/api/user/orgs");
      assert.equal(org.role, role);
    });

  for (const name of unwelcome)
    test(`${name} is refused, and not made known to Grafana`, async () => {
      const { session, visitor } = await logIn(name);
      assert.equal(session, undefined);
      assert.ok(visitor.cookie(rig.grafana.url, "login_error"), "Grafana says why");
      assert.equal((await rig.grafana.ask("GET", `/api/users/lookup?loginOrEmail=${name}`)).status, 404);
    });

  test("only the allowed groups get in, where they are fewer", async () => {
    await rig.set({ allowedGroups: ["grafana-admins"] });
    assert.equal((await logIn("a-viewer")).session, undefined);
    assert.ok((await logIn("an-admin")).session);
    await rig.set();
  });

  test("who logs out is signed out at the provider too", async () => {
    const { visitor, session } = await logIn("a-viewer");
    assert.ok(session);
    const { location = "" } = await visitor.open(`${rig.grafana.url}/logout`);
    assert.ok(location.startsWith(endpoints(rig.settings).endSession), location);
    assert.equal(visitor.cookie(rig.grafana.url, "grafana_session"), undefined);
  });

  test("with autoLogin the login page leads to the provider, and its break-glass form stays", async (t) => {
    if (!rig.pages) return t.skip("this Grafana was built without its pages");
    await rig.set({ autoLogin: true });
    const { location = "" } = await new Visitor().open(`${rig.grafana.url}/login`);
    assert.match(location, /\/login\/generic_oauth/);
    const form = await new Visitor().open(`${rig.grafana.url}/login?disableAutoLogin`);
    assert.deepEqual([form.status, form.location], [200, undefined]);
  });

  test("the break-glass login works with the provider stopped, and with a new password once the unit restarts", async () => {
    await rig.provider.stop();
    const logInAs = async (word: string) => {
      const body = { user: breakGlass.user, password: word };
      return (await rig.grafana.ask("POST", "/login", body, { Authorization: "" })).status;
    };
    assert.equal(await logInAs(adminPassword), 200);
    assert.equal(await logInAs("another"), 401);
    await rig.grafana.cli(["admin", "reset-admin-password", "--password-from-stdin"], "another-swordfish");
    assert.equal(await logInAs("another-swordfish"), 200);
    assert.equal(await logInAs(adminPassword), 401);
  });
});

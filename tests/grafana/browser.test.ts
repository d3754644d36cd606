import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { uids } from "../../components/dashboards/names.ts";
import { endpoints } from "../../components/grafana/login-settings.ts";
import { breakGlass } from "../../components/pod/grafana-ini.ts";
import { noBrowser, openBrowser } from "./around/browser.ts";
import { adminPassword } from "./around/grafana.ts";
import { LoginRig, unwelcome, welcome } from "./around/login-rig.ts";
import { noGrafana } from "./home.ts";

/** What people do with their own browser, each with cookies of their own. */
describe("login to a real Grafana in a browser", { skip: noGrafana || noBrowser, concurrency: 1 }, () => {
  const rig = new LoginRig();
  let browser: Browser;
  const button = "Sign in with Authentik";
  /** Where people begin. */
  const home = `/d/${uids.services}`;
  const at = (path: string) => rig.grafana.url + path;

  const newPage = async (): Promise<Page> => {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(20_000);
    return page;
  };
  // the provider's own pages
  const tellProvider = async (page: Page, name: string) => {
    await page.getByPlaceholder("Enter any login").fill(name);
    await page.getByPlaceholder("and password").fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
  };
  const logIn = async (name: string) => {
    const page = await newPage();
    await page.goto(at("/"));
    await page.getByRole("link", { name: button }).click();
    await tellProvider(page, name);
    return page;
  };
  /** The role that the profile's page shows. */
  const roleShown = async (page: Page) => {
    await page.goto(at("/profile"));
    return page.getByRole("row", { name: "Main Org." }).getByRole("cell").nth(1).innerText();
  };
  const administration = (page: Page) => page.getByRole("link", { name: "Administration" });
  const inside = (page: Page) => page.getByRole("button", { name: "Profile" });

  before(async () => {
    await rig.start();
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await rig.stop();
  });
  const withPages = (name: string, run: () => Promise<void>) =>
    test(name, { timeout: 60_000 }, (t) => (rig.pages ? run() : t.skip("this Grafana was built without its pages")));

  for (const { name, role, isGrafanaAdmin } of welcome)
    withPages(`${name} gets in as ${role}`, async () => {
      const page = await logIn(name);
      await page.waitForURL(`**${home}**`);
      assert.equal(await roleShown(page), role);
      await page.goto(at("/admin/users"));
      if (isGrafanaAdmin) await page.getByRole("heading", { name: "Users" }).waitFor();
      else await page.waitForURL(`**${home}**`);
    });

  for (const name of unwelcome)
    withPages(`${name} is back at the login page, and told why`, async () => {
      const page = await logIn(name);
      const said = await page.getByRole("alert").innerText();
      assert.match(said, /Login failed\s+IdP did not return a role attribute/);
      assert.equal(new URL(page.url()).pathname, "/login");
      assert.ok(await page.getByRole("link", { name: button }).isVisible());
    });

  withPages("who signs out is asked again, by the provider too", async () => {
    const page = await logIn("a-viewer");
    await inside(page).click();
    await page.getByText("Sign out").click();
    await page.waitForURL(`${endpoints(rig.settings).endSession}**`);
    await page.getByRole("button", { name: "Yes" }).click();
    // and is back
    await page.waitForURL(at("/login"));
    await page.getByRole("link", { name: button }).click();
    await tellProvider(page, "an-editor");
    assert.equal(await roleShown(page), "Editor");
  });

  withPages("with autoLogin nobody sees Grafana's own login page", async () => {
    await rig.set({ autoLogin: true });
    const page = await newPage();
    await page.goto(at("/"));
    await tellProvider(page, "a-viewer");
    assert.equal(await roleShown(page), "Viewer");
  });

  withPages("the break-glass login has its form, with autoLogin on and the provider stopped", async () => {
    await rig.provider.stop();
    const page = await newPage();
    await page.goto(at("/login?disableAutoLogin"));
    await page.getByLabel("Email or username").fill(breakGlass.user);
    await page.getByLabel("Password", { exact: true }).fill(adminPassword);
    await page.getByRole("button", { name: "Log in" }).click();
    await administration(page).waitFor();
    assert.equal(await roleShown(page), "Admin");
  });
});

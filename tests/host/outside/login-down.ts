import assert from "node:assert/strict";
import { redirectUri } from "../../../components/grafana/login-settings.ts";
import { client, type OpenidProvider } from "../../grafana/around/openid-provider.ts";
import { startBreakGlass } from "./break-glass.ts";
import type { TwoHosts } from "./two-hosts.ts";

const rootUrl = "http://localhost:3000/";

/** Has Grafana take its login from a real OpenID provider on this machine, from the next `up` on. */
export const logInBy = async ({ rig, secrets }: TwoHosts, provider: OpenidProvider): Promise<void> => {
  const url = await provider.start({}, redirectUri(rootUrl));
  await rig.change({ grafana: { rootUrl, login: { url, clientId: client.id } } });
  rig.stack = await rig.open({ secrets: { ...secrets, "grafana.login.clientSecret": client.secret } });
};

/** Takes that login out of the config again. */
export const logInWithout = async (two: TwoHosts): Promise<void> => {
  await two.rig.change({ grafana: { rootUrl: undefined, login: undefined } });
  await two.configure();
};

/** Where Grafana sends who presses its login button. */
const loginOf = async ({ rig }: TwoHosts): Promise<string> => {
  const asked = "curl -s -o /dev/null -w '%{redirect_url}' http://127.0.0.1:3000/login/generic_oauth";
  return rig.guest.sh(asked);
};

/**
 * Stops the provider that Grafana's login is, and opens break-glass.
 * @returns what it said, with the names that a reader's stack would have
 */
export const breakGlassWithout = async (two: TwoHosts, provider: OpenidProvider): Promise<string> => {
  const { host, name, realGrafana } = two.rig;
  const login = realGrafana ? await loginOf(two) : undefined;
  const answers = async (url: string) => (await fetch(url, { redirect: "manual" })).status;
  if (login !== undefined) assert.ok([302, 303].includes(await answers(login)), `${login} before the stop`);
  await provider.stop();
  if (login !== undefined) await assert.rejects(answers(login), `${login} after the stop`);
  const opened = startBreakGlass(["--stack", name, "--key", host.privateKeyFile, "--address", host.address]);
  await opened.opened();
  opened.interrupt();
  await opened.ended;
  if (realGrafana) assert.match(opened.said(), /^login +break-glass gets in$/m);
  return opened.said().replaceAll(name, "prod").replaceAll(host.address, "192.0.2.10");
};

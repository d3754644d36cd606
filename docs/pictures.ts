// Deploys the stack, Grafana's real image in it, to a throwaway host with services, and takes pictures of the dashboards.
//   node docs/pictures.ts --image grafana=FILE [--minutes N]
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { forward } from "../commands/forward.ts";
import { uids } from "../components/dashboards/names.ts";
import { UsageError } from "../demo/options.ts";
import { handshake } from "../providers/ssh/connection.ts";
import { noBrowser, openBrowser } from "../tests/grafana/around/browser.ts";
import { envoyTraffic } from "../tests/host/neighbours/envoy.ts";
import { inventory, startServices } from "../tests/host/neighbours/services.ts";
import { Rig, skip } from "../tests/host/rig.ts";
import { prepareToolchain } from "../tests/host/toolchain.ts";
import { note, step } from "../toolchain/progress.ts";
import { giveGrafana } from "./given-grafana.ts";
import { takePictures } from "./picture.ts";

const usage = `usage: npm run pictures -- --image grafana=FILE [--minutes N]

Writes a picture of each dashboard to docs/pictures/, of a throwaway host with services of the tests.
--image    Grafana's image, as 'podman save' writes it
--minutes  how long the services run before, and how far back the dashboards look (15)
Chromium is taken from PATH, or from WATCHPOST_BROWSER. Authentik is a stand-in of its metrics; there is no ZFS.`;

const clusters = 3;

/** Has Envoy answer for some minutes, more and less by turns. */
const traffic = async (rig: Rig, minutes: number): Promise<void> => {
  const end = performance.now() + minutes * 60_000;
  for (let turn = 0; performance.now() < end; turn++) {
    await envoyTraffic(rig.guest, 1 + Math.round(3 + 3 * Math.sin(turn / 30)), clusters);
    await pause(500);
  }
};

const run = async (minutes: number): Promise<string[]> => {
  const rig = new Rig({ name: "pictures", values: { services: inventory, collector: { interval: "15s" } } });
  try {
    await rig.start();
    await step("start services", () => startServices(rig.guest));
    await step("deploy the stack", () => rig.stack.up());
    await step(`let it run for ${minutes} minutes`, () => traffic(rig, minutes));
    const { grafanaAdminPassword } = await rig.stack.stack.outputs();
    const client = await handshake(rig.host);
    const { port } = await forward(client, { host: "127.0.0.1", port: 3000 });
    const browser = await openBrowser();
    try {
      const seen = { url: `http://127.0.0.1:${port}`, password: `${grafanaAdminPassword?.value}`, minutes };
      const folder = resolve(import.meta.dirname, "pictures");
      return await step("take the pictures", () => takePictures(browser, seen, Object.values(uids), folder));
    } finally {
      await browser.close();
      client.end();
    }
  } finally {
    await rig.stop();
  }
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      image: { type: "string" },
      minutes: { type: "string", default: "15" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return note(usage);
  giveGrafana(values.image ?? "nothing");
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new UsageError(`--minutes: expected a number above 0, got ${values.minutes}`);
  const unable = skip || noBrowser;
  if (unable) throw new Error(unable);
  await prepareToolchain();
  for (const file of await run(minutes)) process.stdout.write(`${file}\n`);
};

main().then(
  () => process.exit(0),
  (cause: Error) => {
    note(`pictures: ${cause.message}`);
    process.exit(cause instanceof UsageError ? 2 : 1);
  },
);

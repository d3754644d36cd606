import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { expectedOf } from "../../../components/canary/expected.ts";
import { type HostFacts, hostScript, readHostFacts } from "../../../components/canary/host-facts.ts";
import { connect } from "../../../providers/ssh/connection.ts";
import { configWith } from "../../config/sample.ts";
import { FakeHost } from "../../providers/fake-host.ts";
import { scrape, services } from "./sample.ts";

const now = Math.floor(Date.now() / 1000);

/** An entry as `journalctl --output=json` writes it. */
const entry = (secondsAgo: number, MESSAGE: unknown, fields: Record<string, string> = {}) =>
  JSON.stringify({ __REALTIME_TIMESTAMP: `${(now - secondsAgo) * 1_000_000}`, MESSAGE, ...fields });

const odd = ["jürgen", "CORP\\jane", "alice@corp.example", "John.Doe"];
const ids: Record<string, number> = {
  ...{ root: 0, shop: 1001, press: 1002, watchpost: 990 },
  ...Object.fromEntries(odd.map((name, index) => [name, 2000 + index])),
};

describe("what the host knows of its services", () => {
  let host: FakeHost;
  // what journalctl finds, by a match that it is asked for
  const finds = (match: string, ...entries: string[]) =>
    writeFile(join(host.root.folder, `journal-${match}`), `${entries.join("\n")}\n`);
  const ask = async (values: object = {}): Promise<HostFacts> => {
    const config = configWith({ services, scrape, ...values });
    const all = expectedOf(config, "web");
    const stdout = await connect(host.address).run({ what: "test", script: hostScript(all, all) });
    return readHostFacts(stdout, config, all, all);
  };
  const followed = async (uid: number, logs: { names: string[]; text: string }[]) => {
    const folder = join(host.root.folder, `run/user/${uid}/watchpost`);
    await mkdir(folder, { recursive: true });
    for (const [index, { text }] of logs.entries()) await writeFile(join(folder, `${index}.log`), text);
    const list = logs.map(({ names }, index) => `0123456789ab\t${names.join("\t")}\t${join(folder, `${index}.log`)}\n`);
    await writeFile(join(folder, "ctr-logs"), list.join(""));
  };

  beforeEach(async () => {
    host = await FakeHost.start();
    const known = Object.entries(ids).map(([name, id]) => `'${name}') echo ${id} ;;`);
    await host.root.install("id", `case $2 in ${known.join(" ")} *) exit 1 ;; esac`);
    await host.root.install("getent", `echo "$2:x:$(id -u "$2"):100::/home/$2:/bin/sh"`);
    await host.root.install("setpriv", 'until [[ $1 == env ]]; do shift; done; exec "$@"');
    const show = "LoadState=loaded\\nActiveState=failed\\nType=simple\\nResult=exit-code\\n";
    await host.root.install(
      "systemctl",
      `case $* in "start watchpost-collector.service") touch ${host.root.folder}/collected ;; *show*) printf '${show}' ;; esac`,
    );
    await host.root.install(
      "journalctl",
      `echo "$*" >>${host.root.folder}/asked; for match; do cat "${host.root.folder}/journal-$match" 2>/dev/null; done; true`,
    );
  });
  afterEach(() => host.stop());

  test("the newest line of a service, and who of its users there is", async () => {
    await finds("CONTAINER_NAME=shop-web", entry(5, "newest"), entry(9, "older"));
    const { begun, users, written } = await ask({ services: { ...services, mill: { user: "mill" } } });
    assert.ok(Math.abs(begun - now) < 60);
    assert.deepEqual([...users].sort(), ["press", "root", "shop", "watchpost"]);
    assert.deepEqual([...written], [["shop journal", (now - 5) * 1000]]);
  });

  test("users and units with odd names are themselves", async () => {
    const unit = "wg-quick@my\\x2dvpn.service";
    const named = Object.fromEntries(odd.map((user, index) => [`of-${index}`, { user, units: [unit] }]));
    await finds(`_SYSTEMD_USER_UNIT=${unit}`, entry(5, "up"));
    const { users, units, written } = await ask({ services: { ...named, vpn: { units: [unit] } } });
    assert.deepEqual([...users].filter((user) => odd.includes(user)).sort(), odd.toSorted());
    for (const user of ["root", ...odd]) assert.equal(units.get(`${user} ${unit}`)?.LoadState, "loaded", user);
    assert.deepEqual(
      [...written.keys()].sort(),
      odd.map((_, index) => `of-${index} journal`),
    );
  });

  test("is asked of the journal by unit, container and user, after the collector has looked", async () => {
    await ask();
    await readFile(join(host.root.folder, "collected"));
    const asked = await readFile(join(host.root.folder, "asked"), "utf8");
    const matches = asked
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.replace(/^.*--output-fields=\S+ /, ""));
    assert.deepEqual(matches.slice(-3), [
      [
        "CONTAINER_NAME=shop-web _COMM=conmon _COMM=podman _SYSTEMD_OWNER_UID=1001",
        "CONTAINER_NAME=shop-worker _COMM=conmon _COMM=podman _SYSTEMD_OWNER_UID=1001",
        ...["shop-backup", "shop-web", "shop-worker"].flatMap((unit) => [
          `_SYSTEMD_USER_UNIT=${unit}.service _SYSTEMD_OWNER_UID=1001`,
          `USER_UNIT=${unit}.service _SYSTEMD_USER_UNIT=init.scope _SYSTEMD_OWNER_UID=1001`,
        ]),
      ].join(" + "),
      "_SYSTEMD_OWNER_UID=1002",
      "_SYSTEMD_UNIT=zrepl.service + UNIT=zrepl.service _PID=1",
    ]);
    const [, since] = /--since=@(\d+)/.exec(asked) ?? [];
    assert.ok(Math.abs(now - 24 * 3600 - Number(since)) < 60, `since ${since}`);
  });

  test("a service that wrote nothing but noise, or what a rule drops, wrote nothing", async () => {
    const hash = "0123456789abcdef".repeat(4);
    await finds(
      "_SYSTEMD_OWNER_UID=1002",
      entry(1, "container health_status", { PODMAN_EVENT: "health_status" }),
      entry(2, "Started check", { USER_UNIT: `${hash}-12.timer` }),
      entry(3, "Succeeded", { USER_UNIT: "home-press-containers-storage-x.mount" }),
      entry(4, "login", { _TRANSPORT: "audit" }),
      entry(5, "GET /ping HTTP/1.1"),
      entry(25 * 3600, "long ago"),
    );
    const drop = { pings: { service: "press", match: "GET /ping " } };
    assert.deepEqual([...(await ask({ logs: { drop } })).written], []);
    assert.deepEqual([...(await ask()).written], [["press journal", (now - 5) * 1000]]);
  });

  test("a text that is not UTF-8 is a line too", async () => {
    await finds("_SYSTEMD_UNIT=zrepl.service", entry(2, [255, 254]));
    assert.deepEqual([...(await ask()).written], [["zrepl journal", (now - 2) * 1000]]);
  });

  test("of a user with a second service, nothing is told of the one that is all of it", async () => {
    await finds("_SYSTEMD_OWNER_UID=1002", entry(5, "of either"));
    const both = { ...services, paper: { user: "press", containers: ["paper"] } };
    assert.deepEqual([...(await ask({ services: both })).written.keys()], ["paper journal"]);
  });

  test("the newest whole line of a ctr.log counts for the container's service", async () => {
    const time = (secondsAgo: number) => new Date((now - secondsAgo) * 1000).toISOString().replace("Z", "123456+00:00");
    const lines = [`${time(9)} stdout F old`, `${time(4)} stderr F new`, `${time(1)} stdout P begun`];
    await followed(1002, [{ names: ["press-file", "press-file.service"], text: `${lines.join("\n")}\n` }]);
    assert.deepEqual([...(await ask()).written], [["press ctr.log", (now - 4) * 1000]]);
  });

  test("each ctr.log counts for its own service, whatever its lines pretend", async () => {
    const line = (text: string) => `${new Date((now - 4) * 1000).toISOString()} stdout F ${text}\n`;
    await followed(1001, [
      { names: ["by-hand", ""], text: line("x\tctr.log\tshop-web\t") },
      { names: ["shop-worker", ""], text: line("half a letter \xff") },
    ]);
    assert.deepEqual([...(await ask()).written.keys()], ["shop ctr.log"]);
    await followed(1001, [{ names: ["by-hand", ""], text: line("x") }]);
    assert.deepEqual([...(await ask()).written.keys()], []);
  });

  test("what each declared unit's manager says of it", async () => {
    const { units } = await ask();
    assert.deepEqual([...units.keys()].slice(-2), ["shop shop-backup.service", "root zrepl.service"]);
    assert.equal(units.get("root zrepl.service")?.ActiveState, "failed");
  });
});

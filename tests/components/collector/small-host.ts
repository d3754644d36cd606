import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { CollectorHost, type User } from "./collector-host.ts";

export const shop: User = { name: "shop", uid: 61001 };
export const mail: User = { name: "mail", uid: 61002 };
export const ids = { shop: "a".repeat(64), mail: "b".repeat(64), root: "c".repeat(64) };

/** A line of `podman ps` as the collector asks for it. */
export const container = (id: string, name: string, unit = "", image = "image") =>
  `${[id, name, "running", "Up", 0, 1_760_000_000, -62_135_596_800, 0, false, "", image, unit].join("\t")}\n`;
/** A unit as `systemctl show` prints it. */
export const unit = (name: string) => `Id=${name}\nNRestarts=1\nLoadState=loaded\nActiveState=active\n\n`;

/** A host with two users who have a container each, as root has; for the time of a test. */
export const start = async (t: TestContext, users = [shop, mail]) => {
  const host = await CollectorHost.make(users);
  t.after(() => host.remove());
  await host.print("podman", 0, container(ids.root, "alloy", "alloy.service"));
  await host.print("podman", shop.uid, container(ids.shop, "web", "web.service"));
  await host.print("systemctl", shop.uid, unit("web.service"));
  if (users.includes(mail)) await host.print("podman", mail.uid, container(ids.mail, "imap"));
  return host;
};

/** Puts a container's ctr.log on the host, and returns its path. */
export const putLog = async (host: CollectorHost, uid: number, id: string) => {
  const folder = join(host.storage(uid), "overlay-containers", id, "userdata");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "ctr.log"), "");
  return join(folder, "ctr.log");
};

/** The logs that a user's reader is to follow: id, container, unit, path. */
export const followed = async (host: CollectorHost, uid: number) =>
  (await host.ctrLogs(uid)).split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")]));

/** What all of them say when all goes well. */
export const states = [
  'podman_container_state{user="mail",container="imap",unit=""} 2',
  'podman_container_state{user="root",container="alloy",unit="alloy.service"} 2',
  'podman_container_state{user="shop",container="web",unit="web.service"} 2',
];
/**
 * The collector's own metrics of errors.
 * @param failed `user tool` of the looks that failed.
 * @param more What root is asked beside podman.
 */
export const errors = (failed: string[] = [], more: string[] = []) =>
  [
    ["mail", "podman"],
    ["mail", "systemctl"],
    ["root", "podman"],
    ...more.map((tool) => ["root", tool]),
    ["shop", "podman"],
    ["shop", "systemctl"],
  ].map(
    ([user, tool]) =>
      `watchpost_collector_errors{user="${user}",tool="${tool}"} ${failed.includes(`${user} ${tool}`) ? 1 : 0}`,
  );

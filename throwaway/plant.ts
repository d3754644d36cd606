import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { putFile } from "./guest-files.ts";
import type { Network } from "./network.ts";
import type { Place } from "./place.ts";
import { recipe } from "./recipe.ts";
import { system } from "./system.ts";

const HOST_KEY = "etc/ssh/ssh_host_ed25519_key";

/** Makes a key pair without passphrase and returns its public half as "ssh-ed25519 AAAA...". */
async function makeKey(file: string): Promise<string> {
  await system("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  return (await readFile(`${file}.pub`, "utf8")).trim();
}

async function authorize(home: string, publicKey: string): Promise<void> {
  const { uid, gid } = await stat(home);
  const folder = join(home, ".ssh");
  const file = join(folder, "authorized_keys");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, `${publicKey}\n`, { mode: 0o600 });
  await chown(folder, uid, gid);
  await chown(file, uid, gid);
}

/**
 * Lays out a host's files: a copy of the cached tree but for /usr, which an overlay brings, and its own identity.
 * Only /usr is an overlay, because rootless podman refuses to keep its layers on one.
 * @returns the guest's public ssh host key.
 */
export async function plant(place: Place, tree: string, network: Network): Promise<string> {
  const { root } = place;
  await mkdir(place.upper);
  await chmod(place.upper, 0o755); // seen as the mode of /usr, whatever our umask
  await mkdir(place.work);
  await symlink(tree, place.base);
  await system("cp", ["--archive", "--reflink=auto", join(tree, "rest"), root]);
  const [hostKey, publicKey] = await Promise.all([makeKey(join(root, HOST_KEY)), makeKey(place.key)]);
  await Promise.all(
    Object.entries({
      "etc/machine-id": `${randomBytes(16).toString("hex")}\n`,
      "etc/hostname": `${place.name}\n`,
      "etc/hosts": `127.0.0.1 localhost\n127.0.1.1 ${place.name}\n::1 localhost ip6-localhost ip6-loopback\n`,
      "etc/host0": `ADDRESS=${network.inside}/${network.prefix}\n`,
      // Newer than /usr: nothing to update at boot.
      "etc/.updated": "",
      "var/.updated": "",
    }).map(([path, text]) => putFile(root, path, text)),
  );
  for (const home of ["root", ...recipe.users.map(({ name }) => join("home", name))])
    await authorize(join(root, home), publicKey);
  await writeFile(place.knownHosts, `${network.inside} ${hostKey}\n`);
  return hostKey;
}

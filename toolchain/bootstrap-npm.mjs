import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What is told in its own words, without a stack. */
export class Failure extends Error {}

function npm(args, folder) {
  const { error, status, stdout, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (error) throw new Failure(`cannot run npm (${error.message}); install it beside Node and run this again`);
  if (status === 0) return;
  // npm puts the reason first and its usage last.
  const said = `${stderr}\n${stdout}`.trim().split("\n");
  const errors = said.filter((line) => /^npm err/i.test(line));
  const lines = errors.length > 0 ? errors.slice(0, 15) : said.slice(-15);
  throw new Failure([`\`npm ${args.join(" ")}\` exited ${status}:`, ...lines].join("\n"));
}

/** What npm is run with: no package's own install script, none of them is needed (tests/toolchain/npm.test.ts). */
const CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];

/** Installs what the lock file of a folder names, each package checked by its integrity. @throws Failure with npm's reason */
export const installLocked = (folder) => npm(CI, folder);

/** Installs one package into an empty folder; npm checks its integrity, as everything's that a lock file names. */
export function installPinned({ name, version, integrity }, folder) {
  const dependencies = { [name]: version };
  const packages = { "": { dependencies }, [`node_modules/${name}`]: { version, integrity } };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
  installLocked(folder);
}

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { script, shared } from "../../providers/script.ts";

const project = resolve(import.meta.dirname, "../..");
const folders = ["providers/scripts", "components", ".ci", "toolchain", "demo"];
const isShell = (file: string) =>
  file.endsWith(".sh") || /^#!.*\b(ba)?sh\b/.test(readFileSync(file, "utf8").slice(0, 40));

const files = folders.flatMap((folder) =>
  readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isShell)
    .map((file) => file.slice(project.length + 1)),
);
const libraries = new Set([...shared.every, ...shared.changing, ...Object.values(shared.kinds).flat()]);
const scripts = readdirSync(join(project, "providers/scripts"))
  .map((file) => file.replace(/\.sh$/, ""))
  .filter((name) => !libraries.has(`${name}.sh`) && !name.endsWith("-observe"));

const check = (command: string, args: string[], input?: string) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: project, encoding: "utf8", input: input ?? "" });
  assert.equal(status, 0, `${stdout}${stderr}`);
};

describe("bash reads", () => {
  for (const file of files) test(file, () => check("bash", ["-n", file]));
});

const shellcheck = spawnSync("shellcheck", ["--version"]).error ? "shellcheck is not installed here" : false;

describe("shellcheck has no complaint of", { skip: shellcheck }, () => {
  // whole, as they run: SC2034 and SC2154 are of variables that the scripts are given or that another one reads
  const options = ["--shell=bash", "--severity=warning", "--exclude=SC2034,SC2154", "-"];
  for (const name of scripts) test(`scripts/${name}.sh`, () => check("shellcheck", options, script(name, {})));
  for (const file of files.filter((file) => !file.startsWith("providers/")))
    test(file, () => check("shellcheck", options, readFileSync(join(project, file), "utf8")));
});

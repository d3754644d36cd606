import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { run, which } from "../../toolchain/command.ts";
import { finished } from "../finished.ts";

const project = resolve(import.meta.dirname, "../..");

test("no dependency's install script runs, and none is needed but for these, which are known not to be", async () => {
  assert.match(await readFile(join(project, ".npmrc"), "utf8"), /^ignore-scripts=true$/m);
  const { packages } = JSON.parse(await readFile(join(project, "package-lock.json"), "utf8"));
  const withScript = Object.entries<{ hasInstallScript?: boolean }>(packages).filter(
    ([, each]) => each.hasInstallScript,
  );
  assert.deepEqual(
    withScript.map(([path]) => path.replace("node_modules/", "")),
    [
      "@pulumi/command", // fetches the plugin, which the engine does when it needs it
      "cpu-features", // compiles what ssh2 orders its ciphers by
      "protobufjs", // warns of a version
      "ssh2", // compiles ciphers that Node's own crypto has too
    ],
  );
});

const npm = await which("npm");
const name = `node-linux-${process.arch}`;

describe("Node from npm", { skip: npm ? false : "there is no npm on PATH" }, () => {
  let folder: string;
  let server: Server;
  let tarball: Buffer;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-npm-"));
    // npm's package of Node, as it is named and laid out, with a Node that only says its name
    const program = join(folder, "package/bin/node");
    await mkdir(join(program, ".."), { recursive: true });
    await writeFile(program, "#!/bin/sh\necho the pinned one\n");
    await chmod(program, 0o755);
    const scripts = { install: "touch ran" };
    await writeFile(join(folder, "package/package.json"), JSON.stringify({ name, version: "24.0.1", scripts }));
    await run("tar", ["-czf", join(folder, "node.tgz"), "-C", folder, "package"]);
    tarball = await readFile(join(folder, "node.tgz"));
    server = createServer((request, response) => {
      if (request.url?.endsWith(".tgz")) return response.end(tarball);
      const dist = { tarball: `http://${request.headers.host}/${name}.tgz` };
      response.end(JSON.stringify({ name, versions: { "24.0.1": { name, version: "24.0.1", dist } } }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    await mkdir(join(folder, "bin"));
    const wrapper = `#!/bin/sh\nexec '${process.execPath}' '${await realpath(npm ?? "")}' "$@"\n`;
    await writeFile(join(folder, "bin/npm"), wrapper, { mode: 0o755 });
    await mkdir(join(folder, "project/toolchain"), { recursive: true });
    for (const file of ["bootstrap.mjs", "bootstrap-lock.mjs", "bootstrap-npm.mjs"])
      await copyFile(join(project, "toolchain", file), join(folder, "project/toolchain", file));
    await writeFile(join(folder, "program.mjs"), "");
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  /** Starts a program by way of bootstrap.mjs, on a Node that is too old, with that sum of Node. */
  const start = async (cache: string, integrity: string) => {
    await writeFile(join(folder, "project/toolchain/sums.json"), JSON.stringify({ [`npm:${name}@24.0.1`]: integrity }));
    const old = "data:text/javascript,Object.defineProperty(process, 'version', { value: 'v20.0.0' })";
    const args = [`--import=${old}`, join(folder, "project/toolchain/bootstrap.mjs"), join(folder, "program.mjs")];
    const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const child = spawn(process.execPath, args, {
      env: {
        PATH: join(folder, "bin"), // with no other Node than the one that is got
        HOME: join(folder, "home"),
        WATCHPOST_CACHE: join(folder, cache),
        npm_config_registry: registry,
        npm_config_cache: join(folder, `${cache}-npm`),
        npm_config_update_notifier: "false",
        npm_config_fetch_retries: "0",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return finished(child);
  };
  const sumOf = (content: Buffer | string) => `sha512-${createHash("sha512").update(content).digest("base64")}`;

  test("is run when it has the sum that is written down, without its install script", async () => {
    const { status, stdout, stderr } = await start("good", sumOf(tarball));
    assert.equal(`${status} ${stdout}`, "0 the pinned one\n", stderr);
    const home = join(folder, "good/node-24.0.1");
    assert.deepEqual(await readdir(join(home, "node_modules", name)), ["bin", "package.json"]);
  });

  test("is refused when it has another, and nothing of it is kept", async () => {
    const { status, stdout, stderr } = await start("evil", sumOf("another file"));
    assert.equal(`${status} ${stdout}`, "1 ");
    assert.match(stderr, /`npm ci .*` exited 1:\nnpm error code EINTEGRITY\n/);
    assert.deepEqual(await readdir(join(folder, "evil")), []);
  });

  test("dependencies are installed once when two want them at the same time", async () => {
    const dependencies = { [name]: "24.0.1" };
    const packages = {
      "": { dependencies },
      [`node_modules/${name}`]: { version: "24.0.1", integrity: sumOf(tarball) },
    };
    const files = { "package.json": { dependencies }, "package-lock.json": { lockfileVersion: 3, packages } };
    for (const [file, content] of Object.entries(files))
      await writeFile(join(folder, "project", file), JSON.stringify(content));
    const both = await Promise.all([1, 2].map(() => start("good", sumOf(tarball))));
    for (const { status, stdout, stderr } of both) assert.equal(`${status} ${stdout}`, "0 the pinned one\n", stderr);
    const said = both.map(({ stderr }) => stderr).join("");
    assert.equal(said.split("install the dependencies (npm ci): done").length, 2, said);
    assert.deepEqual(await readdir(join(folder, "good/locks")), []);
  });
});

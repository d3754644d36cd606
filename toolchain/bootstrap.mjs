// Runs a program of this repository on Node 24 with its dependencies installed, starting from any Node >= 20 and npm:
//   node toolchain/bootstrap.mjs FILE ARGUMENTS...
// Plain JavaScript without dependencies, because it runs before there are any. It prints only what it has to do.
import { spawn, spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { constants, homedir } from "node:os";
import { basename, delimiter, dirname, join, relative, resolve } from "node:path";

const NODE_MAJOR = 24;
const OLDEST_NODE = 20;

const repository = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), "..");
const cache = process.env.WATCHPOST_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "watchpost");

const majorOf = (version) => Number.parseInt(version.replace(/^v/, ""), 10);

function fail(sentence) {
  process.stderr.write(`watchpost: ${sentence}\n`);
  process.exit(1);
}

/** Says what is being done and how long it took. */
function step(what, work) {
  const started = performance.now();
  process.stderr.write(`${what} ...\n`);
  work();
  process.stderr.write(`${what}: done in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

/** What is told in its own words, without a stack. */
class Failure extends Error {}

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

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return undefined; // it was freed meanwhile
  }
}

/** Takes a lock away whose owner has ended, and no other one that came in between. */
function removeStale(lock, owner) {
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
    if (ownerOf(aside) !== owner) linkSync(aside, lock);
    rmSync(aside);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes(error.code)) throw error; // another process was faster
  }
}

/** Runs `work` while no other bootstrap of this user does something of that name; a lock of an ended one is taken over. */
function locked(name, work) {
  const file = join(cache, "locks", name);
  const draft = `${file}.${randomUUID()}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, `${process.pid}`);
  for (let waits = false; ; waits = true)
    try {
      linkSync(draft, file); // unlike an exclusive open, the lock is never seen without its owner
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const owner = ownerOf(file);
      if (owner !== undefined && !isAlive(owner)) removeStale(file, owner);
      else if (owner !== undefined && !waits)
        process.stderr.write(`process ${owner} installs already: waiting for it\n`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    }
  try {
    rmSync(draft);
    work();
  } finally {
    rmSync(file, { force: true });
  }
}

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {};
}

/** Whether npm's own record of what lies in node_modules agrees with package-lock.json. */
function dependenciesAreThere() {
  const wanted = packagesOf(join(repository, "package-lock.json"));
  const installed = packagesOf(join(repository, "node_modules", ".package-lock.json"));
  const agree = (a, b) => a?.version === b?.version && a?.integrity === b?.integrity;
  return (
    Object.entries(wanted).every(
      ([path, entry]) => !path || agree(entry, installed[path] ?? (entry.optional && entry)),
    ) && Object.keys(installed).every((path) => path in wanted)
  );
}

/** Installs the dependencies unless they are there as package-lock.json wants them. */
function ensureDependencies() {
  if (dependenciesAreThere()) return;
  locked(`npm-${createHash("sha256").update(repository).digest("hex").slice(0, 12)}`, () => {
    if (!dependenciesAreThere()) step("install the dependencies (npm ci)", () => npm(CI, repository));
  });
}

/** Whether a program is a Node that is new enough. */
function isNode24(program) {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return status === 0 && majorOf(stdout.trim()) >= NODE_MAJOR;
}

/** npm's package of Node for this machine, as sums.json names it: { name, version, integrity }, undefined without one. */
function nodePackage() {
  const name = `node-linux-${process.arch}`;
  const sums = JSON.parse(readFileSync(join(repository, "toolchain", "sums.json"), "utf8"));
  const [key, integrity] = Object.entries(sums).find(([key]) => key.startsWith(`npm:${name}@`)) ?? [];
  return process.platform === "linux" && integrity ? { name, version: key.split("@")[1], integrity } : undefined;
}

/** Installs one package into an empty folder; npm checks its integrity, as everything's that a lock file names. */
function installPinned({ name, version, integrity }, folder) {
  const dependencies = { [name]: version };
  const packages = { "": { dependencies }, [`node_modules/${name}`]: { version, integrity } };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
  npm(CI, folder);
}

/** A Node that runs TypeScript: the running one, the one on PATH, the cached one, or npm's package. */
function ensureNode() {
  if (majorOf(process.version) >= NODE_MAJOR) return process.execPath;
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "node"));
  const found = onPath.find((file) => existsSync(file) && isNode24(file));
  if (found) return found;
  const wanted = nodePackage();
  if (!wanted) fail(`needs Node ${NODE_MAJOR} and has ${process.version}; install it and run this again`);
  const home = join(cache, `node-${wanted.version}`);
  const program = join(home, "node_modules", wanted.name, "bin", "node");
  if (existsSync(program)) return program;
  step(`get Node ${wanted.version} from npm (this is ${process.version}), kept in ${home}`, () => {
    const draft = `${home}.draft-${randomUUID()}`; // renamed when whole, so that a broken-off one is never taken
    mkdirSync(draft, { recursive: true });
    try {
      installPinned(wanted, draft);
      renameSync(draft, home);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      if (!existsSync(program)) throw error; // else another process was faster
    }
  });
  return program;
}

/** Runs the program in place of this one: same terminal, same signals, same end. */
function execute(node, file, args) {
  const first = [join(repository, "node_modules", ".bin"), dirname(node)];
  // what Node has compiled once, TypeScript among it, is kept for this program, the engine's and the providers'
  const compiled = process.env.NODE_COMPILE_CACHE || join(cache, "node-compile");
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: compiled,
    PATH: [...first, process.env.PATH ?? ""].join(delimiter),
  };
  // Node calls what Pulumi's SDK uses experimental; nobody who runs this can do anything about it.
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", file, ...args], { stdio: "inherit", env });
  // A terminal sends ^C to the whole group, so the child has it already; what is sent to this pid alone is passed on.
  for (const signal of ["SIGTERM", "SIGHUP", "SIGUSR2"]) process.on(signal, () => child.kill(signal));
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  process.on("SIGINT", () => hasTerminal || child.kill("SIGINT"));
  child.on("error", (error) => fail(`cannot run ${node}: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal) process.exit(128 + constants.signals[signal]);
    process.exit(code ?? 1);
  });
}

const [file, ...args] = process.argv.slice(2);
if (majorOf(process.version) < OLDEST_NODE)
  fail(`needs Node ${OLDEST_NODE} or newer and has ${process.version}: install a newer one, see https://nodejs.org`);
if (!file)
  fail(`usage: node ${relative(process.cwd(), process.argv[1]) || basename(process.argv[1])} FILE ARGUMENTS...`);
const program = resolve(file);
if (!existsSync(program)) fail(`there is no ${program} to run`);
try {
  ensureDependencies();
  execute(ensureNode(), program, args);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  fail(error.message);
}

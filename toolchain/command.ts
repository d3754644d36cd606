import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";

export interface RunOptions {
  cwd?: string;
  /** The whole environment of the child; default: this process's own. */
  env?: NodeJS.ProcessEnv;
  /** Text for its standard input. */
  input?: string;
  /** Milliseconds after which it is ended (SIGTERM) and counts as failed. */
  timeout?: number;
}

/** What a command wrote. */
export interface CommandOutput {
  stderr: string;
  stdout: string;
}

/** A command that could not be started, exited other than 0, or ran out of time. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly #output: CommandOutput;

  constructor(message: string, output: CommandOutput = { stderr: "", stdout: "" }, options?: ErrorOptions) {
    super(message, options);
    this.#output = output;
  }

  /** All that it wrote: not part of what is shown of an error. */
  get output(): CommandOutput {
    return this.#output;
  }
}

const TAIL_LINES = 15;

/**
 * Runs a command to its end and returns what it wrote to stdout.
 * @throws CommandError with the command, how it ended and the last lines of its output.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: options.env ?? process.env,
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdin?.on("error", () => {}); // a child may end before it has read everything; its exit status tells
    child.stdin?.end(options.input);
    const said = [command, ...args].join(" ");
    child.on("error", (cause) =>
      reject(new CommandError(`cannot run \`${said}\`: ${cause.message}`, undefined, { cause })),
    );
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(stdout);
      const tail = (stderr.trim() || stdout.trim()).split("\n").slice(-TAIL_LINES).join("\n");
      const end = signal ? `was ended by ${signal}` : `exited ${code}`;
      reject(new CommandError(`\`${said}\` ${end}${tail ? `:\n${tail}` : ""}`, { stderr, stdout }));
    });
  });
}

/** The full path of an executable on PATH (or in the given list), undefined when there is none. */
export async function which(name: string, path = process.env.PATH ?? ""): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, name);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
}

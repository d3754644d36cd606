import { spawn } from "node:child_process";
import ssh2 from "ssh2";

/** What a command wrote, without the last line's end, as the real plugin has it. */
export interface Written {
  stdout: string;
  stderr: string;
}

/** A command to run, on this machine or over ssh. */
export interface Job {
  command: string;
  environment: Record<string, string>;
  stdin?: string | undefined;
}

/** Where and as whom to log in, in the words of @pulumi/command. */
export interface Connection {
  host: string;
  port?: number;
  user?: string;
  privateKey?: string;
  privateKeyPassword?: string;
  password?: string;
  agentSocketPath?: string;
  /** "ssh-ed25519 AAAA..."; any key is taken where it is not given. */
  hostKey?: string;
  /** Seconds for one attempt to connect. */
  perDialTimeout?: number;
  dialErrorLimit?: number;
  proxy?: unknown;
}

function outcome(command: string, code: number | null, stdout: string, stderr: string): Written {
  if (code !== 0)
    throw new Error(`exit status ${code ?? "unknown"}: running ${JSON.stringify(command)}:\n${stderr || stdout}`);
  return { stdout: stdout.replace(/\n$/, ""), stderr: stderr.replace(/\n$/, "") };
}

/** Runs a command on this machine. */
export function runHere(job: Job, interpreter: readonly string[] = ["/bin/sh", "-c"], cwd?: string): Promise<Written> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = [...interpreter, job.command];
    const env = { ...process.env, ...job.environment };
    const child = spawn(program as string, args, { env, ...(cwd ? { cwd } : {}) });
    const written = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        written[name] += text;
      });
    child.on("error", reject);
    child.on("close", (code) => {
      try {
        resolve(outcome(job.command, code, written.stdout, written.stderr));
      } catch (error) {
        reject(error);
      }
    });
    child.stdin.on("error", () => {}); // a command need not read its input
    child.stdin.end(job.stdin ?? "");
  });
}

function connectOnce(connection: Connection): Promise<ssh2.Client> {
  const client = new ssh2.Client();
  const expected = connection.hostKey?.split(/\s+/)[1];
  return new Promise((resolve, reject) => {
    client.on("ready", () => resolve(client)).on("error", reject);
    client.connect({
      host: connection.host,
      port: connection.port ?? 22,
      username: connection.user ?? "root",
      readyTimeout: (connection.perDialTimeout ?? 15) * 1000,
      ...(connection.privateKey ? { privateKey: connection.privateKey } : {}),
      ...(connection.privateKeyPassword ? { passphrase: connection.privateKeyPassword } : {}),
      ...(connection.password ? { password: connection.password } : {}),
      ...(connection.agentSocketPath ? { agent: connection.agentSocketPath } : {}),
      ...(expected ? { hostVerifier: (key: Buffer) => key.toString("base64") === expected } : {}),
    });
  });
}

async function connect(connection: Connection): Promise<ssh2.Client> {
  if (connection.proxy) throw new Error("the stand-in for the command plugin cannot connect through a proxy");
  const limit = connection.dialErrorLimit ?? 10;
  for (let failures = 1; ; failures++)
    try {
      return await connectOnce(connection);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (/authentication|host denied|verification/i.test(said) || failures > limit)
        throw new Error(`cannot connect to ${connection.user ?? "root"}@${connection.host}: ${said}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000 * failures, 15_000)));
    }
}

/** Runs a command on another machine over a connection of its own, as the real plugin does. */
export async function runThere(job: Job, connection: Connection): Promise<Written> {
  const client = await connect(connection);
  try {
    return await new Promise((resolve, reject) => {
      client.on("error", reject);
      client.exec(job.command, { env: job.environment }, (error, channel) => {
        if (error) return reject(error);
        let [stdout, stderr] = ["", ""];
        channel.on("data", (text: Buffer) => {
          stdout += text;
        });
        channel.stderr.on("data", (text: Buffer) => {
          stderr += text;
        });
        channel.on("close", (code: number | null) => {
          try {
            resolve(outcome(job.command, code, stdout, stderr));
          } catch (failure) {
            reject(failure);
          }
        });
        channel.end(job.stdin ?? "");
      });
    });
  } finally {
    client.end();
  }
}

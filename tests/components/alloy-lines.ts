import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logBlocks } from "../../components/alloy/logs.ts";
import { block, component, ref, renderAlloy } from "../../components/alloy/syntax.ts";
import type { Config } from "../../config/config.ts";
import { freePort } from "../free-port.ts";

/** The collector's module, as it is for one service user. */
const module = `declare "log_users" {
  argument "forward_to" { }
  loki.relabel "users" {
    forward_to = argument.forward_to.value
    rule {
      source_labels = ["user"]
      regex = "uid-1001"
      replacement = "shop"
      target_label = "user"
    }
  }
  export "receiver" { value = loki.relabel.users.receiver }
}
`;

/** A line as it comes out of Alloy. */
export interface Stored {
  line: string;
  labels: Record<string, string>;
  metadata: Record<string, string>;
}

// Go quotes as JSON does, but for \x1b
const unquote = (text: string): string =>
  text.startsWith('"')
    ? JSON.parse(text.replaceAll(/\\(?:\\|x([0-9a-f]{2}))/g, (all, hex) => (hex ? `\\u00${hex}` : all)))
    : text;

const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g)].map(([, key, value = ""]) => [key, unquote(value)]),
  );

// loki.echo writes logfmt
const parse = (said: string): Stored | undefined => {
  const value = (key: string) => unquote(new RegExp(` ${key}=("(?:[^"\\\\]|\\\\.)*"|\\S*)`).exec(said)?.[1] ?? "");
  return said.includes("receiver=loki.echo.out") && said.includes(" structured_metadata=")
    ? { line: value("entry"), labels: labelsOf(value("labels")), metadata: JSON.parse(value("structured_metadata")) }
    : undefined;
};

/** The real Alloy with all stages of the host's logs, between a sender of our own and its standard output. */
export class AlloyLines {
  readonly #alloy: ChildProcess;
  readonly #folder: string;
  readonly #url: string;
  #said = "";

  private constructor(alloy: ChildProcess, folder: string, url: string) {
    [this.#alloy, this.#folder, this.#url] = [alloy, folder, url];
    for (const stream of [alloy.stdout, alloy.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#said += text;
      });
  }

  static async start(program: string, config: Config): Promise<AlloyLines> {
    const folder = await mkdtemp(join(tmpdir(), "watchpost-alloy-"));
    const [port, own] = [await freePort(), await freePort()];
    const api = component(
      "loki.source.api",
      "journal",
      {
        relabel_rules: ref("loki.relabel.journal.rules"),
        labels: { source: "journal", job: "journal" },
        forward_to: [ref("loki.process.journal.receiver")],
      },
      [block("http", { listen_address: "127.0.0.1", listen_port: port }), block("grpc", { listen_port: 0 })],
    );
    const shared = logBlocks(config, "loki.echo.out.receiver").filter(({ name }) => name !== "loki.source.journal");
    const names = component("import.file", "host", { filename: join(folder, "names.alloy") });
    await writeFile(join(folder, "names.alloy"), module);
    const text = renderAlloy([names, api, ...shared, component("loki.echo", "out")]);
    await writeFile(join(folder, "config.alloy"), text);
    const args = [`--storage.path=${folder}/data`, `--server.http.listen-addr=127.0.0.1:${own}`, "--disable-reporting"];
    const alloy = spawn(program, ["run", join(folder, "config.alloy"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const lines = new AlloyLines(alloy, folder, `http://127.0.0.1:${port}/loki/api/v1/push`);
    await lines.#until("it takes lines", () => fetch(lines.#url, { method: "POST", body: "{}" }).then(() => true));
    return lines;
  }

  async #until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
    const end = Date.now() + 20_000;
    for (;;) {
      const found = await Promise.resolve()
        .then(look)
        .catch(() => undefined);
      if (found) return found;
      if (Date.now() > end || this.#alloy.exitCode !== null)
        throw new Error(`not seen: ${what}. Alloy:\n${this.#said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #stored(): Stored[] {
    return this.#said.split("\n").flatMap((line) => parse(line) ?? []);
  }

  /** Sends one entry of the journal, and gives what is stored of it: undefined when it is dropped. */
  async journal(fields: Record<string, string>, line: string): Promise<Stored | undefined> {
    const stream = Object.fromEntries(
      Object.entries(fields).map(([key, value]) => [`__journal_${key.toLowerCase()}`, value]),
    );
    const before = this.#stored().length;
    // what comes after it tells that it is through
    const end = `end of ${line} ${Math.random()}`;
    for (const [labels, text] of [
      [stream, line],
      [{ __journal__systemd_unit: "end.service" }, end],
    ] as const) {
      const values = [[`${Date.now()}000000`, text]];
      const body = JSON.stringify({ streams: [{ stream: labels, values }] });
      const { status } = await fetch(this.#url, {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
      });
      if (status >= 300) throw new Error(`Alloy answers ${status}`);
    }
    await this.#until("the line after it", () => this.#stored().find((stored) => stored.line === end));
    return this.#stored()
      .slice(before)
      .find((stored) => stored.line !== end);
  }

  async stop(): Promise<void> {
    const exit = this.#alloy.exitCode === null ? once(this.#alloy, "exit") : undefined;
    this.#alloy.kill("SIGKILL");
    await exit;
    await rm(this.#folder, { recursive: true });
  }
}

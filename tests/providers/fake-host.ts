import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import type { dynamic } from "@pulumi/pulumi";
import type { Connection, ParsedKey, Server, ServerChannel } from "ssh2";
import ssh2 from "ssh2";
import type { SshAddress } from "../../providers/ssh/address.ts";
import type { ScriptResult } from "../../providers/ssh/errors.ts";
import { isBy, makeKey, parseKey } from "../keys.ts";
import { FakeRoot } from "./fake-root.ts";

export interface FakeHostOptions {
  /** Who logs in. @default root */
  user?: string;
  /** Answers a script in its place; without it bash runs the script here, as this user. */
  answer?: (script: string) => Partial<ScriptResult> | Promise<Partial<ScriptResult>>;
  /** What the login shell says of the command in place of running it, as a refusing sudo does. */
  refuses?: Partial<ScriptResult>;
  /** The only commands of this machine that its scripts find; all of them by default. */
  tools?: string[];
}

/**
 * An ssh server on loopback that runs what it is told in this machine's bash: handshake, scripts and quoting are real,
 * the host's own folders are moved into a temporary one.
 */
export class FakeHost {
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #options: FakeHostOptions;
  readonly root: FakeRoot;
  readonly address: SshAddress;
  /** Connections so far, whether they got in or not. */
  attempts = 0;
  /** Logins so far. */
  handshakes = 0;
  /** Each command line that was run: what `ps` on the host would show. */
  readonly commands: string[] = [];

  private constructor(server: Server, root: FakeRoot, address: SshAddress, options: FakeHostOptions) {
    this.#server = server;
    this.root = root;
    this.address = address;
    this.#options = options;
  }

  static async start(options: FakeHostOptions = {}): Promise<FakeHost> {
    const [hostKey, userKey] = [makeKey(), makeKey()];
    const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address: SshAddress = {
      name: "fake",
      address: "127.0.0.1",
      port: (server.address() as AddressInfo).port,
      user: options.user ?? "root",
      hostKey: hostKey.publicKey,
      privateKey: userKey.privateKey,
    };
    const host = new FakeHost(server, await FakeRoot.make(options.tools), address, options);
    const allowed = parseKey(userKey.publicKey);
    server.on("connection", (connection) => host.#serve(connection, allowed));
    return host;
  }

  /** The configuration of the host's provider, as the engine sends it to the process of its resources. */
  get settings(): Record<string, string> {
    const { name, address, port, user, hostKey, privateKey = "" } = this.address;
    const values = { name, address, port: String(port), user, key: hostKey, privateKey };
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [`host:${key}`, value]));
  }

  /** The same, as that process hands it to a resource's provider. */
  get config(): dynamic.Config {
    const { settings } = this;
    return { get: (key: string) => settings[key], require: (key: string) => settings[key] } as dynamic.Config;
  }

  /** Drops every connection, as a host does that goes down. */
  drop(): void {
    for (const connection of this.#connections) connection.end();
  }

  async stop(): Promise<void> {
    this.drop();
    await new Promise<void>((stopped) => this.#server.close(() => stopped()));
    await this.root.remove();
  }

  #serve(connection: Connection, allowed: ParsedKey): void {
    this.attempts += 1;
    // the types lack it; without it every answer waits for the acknowledgement of the packet before
    (connection as Connection & { setNoDelay(): void }).setNoDelay();
    this.#connections.add(connection);
    connection
      .on("close", () => this.#connections.delete(connection))
      .on("error", () => {})
      .on("authentication", (login) => (isBy(login, allowed) ? login.accept() : login.reject(["publickey"])))
      .on("ready", () => {
        this.handshakes += 1;
      })
      .on("tcpip", (accept, reject, { destIP, destPort }) => {
        const socket = connect(destPort, destIP, () =>
          socket
            .pipe(accept())
            .on("error", () => {})
            .pipe(socket),
        );
        socket.on("error", () => reject());
      })
      .on("session", (accept) =>
        accept().on("exec", (accept, _reject, { command }) => {
          this.commands.push(command);
          void this.#run(command, accept()).catch(() => connection.end());
        }),
      );
  }

  async #run(command: string, channel: ServerChannel): Promise<void> {
    channel.on("error", () => {});
    const { answer, refuses } = this.#options;
    if (refuses) return end(channel, refuses);
    const received = await read(channel);
    // a command that counts nothing has all of its input for a script
    const length = Number(/head -c ([0-9]+)/.exec(command)?.[1] ?? received.length);
    const text = received.toString("utf8", 0, length);
    if (!answer) return end(channel, await this.root.run(text, received.subarray(length)));
    const { script, mark } = unwrap(text);
    const said = await answer(script);
    return end(channel, { ...said, stdout: `${mark}${said.stdout ?? ""}` });
  }
}

// the line that says on both outputs that the script begins, and the brace that closes it
const wrapped = /^(?:printf '%s\\n' '(?<mark>[^']*)'; [^\n]*\n)?(?<script>.*)\n\}$/s;

const unwrap = (text: string): { script: string; mark: string } => {
  const { mark, script } = wrapped.exec(text)?.groups ?? {};
  if (script === undefined) throw new Error(`expected a script with its closing brace, got ${text}`);
  return { script, mark: mark ? `${mark}\n` : "" };
};

// not by a stream's own consumers: those destroy the channel before an answer
const read = async (channel: ServerChannel): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  channel.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(channel, "end");
  return Buffer.concat(chunks);
};

const end = (channel: ServerChannel, { stdout = "", stderr = "", status = 0 }: Partial<ScriptResult>): void => {
  channel.stderr.write(stderr);
  channel.write(stdout, () => {
    channel.exit(status);
    channel.end();
  });
};

import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { MailServer } from "./settings.ts";

export interface Mail {
  to: string[];
  subject: string;
  /** Plain text. */
  text: string;
}

const timeout = 30_000;
/** Milliseconds for a whole conversation: a server may send a byte every now and then for days. */
const wholeTime = 45_000;
const ehloName = "watchpost";

/** One conversation: sends a line, waits for the reply, and wants its code. */
class Conversation {
  #socket: Socket;
  #buffer = "";
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  readonly #deadline: NodeJS.Timeout;

  constructor(socket: Socket, most: number) {
    this.#socket = socket;
    this.#listen(socket);
    this.#deadline = setTimeout(() => this.#socket.destroy(new Error(`not done within ${most / 1000} s`)), most);
  }

  #listen(socket: Socket): void {
    const fail = (cause: Error) => {
      this.#failure ??= cause;
      this.#wake?.();
    };
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      this.#buffer += text;
      if (this.#buffer.length > 65_536) socket.destroy(new Error("its reply is too long"));
      this.#wake?.();
    });
    socket.on("error", fail);
    socket.on("close", () => fail(new Error("the connection ended")));
    socket.setTimeout(timeout, () => socket.destroy(new Error(`no answer within ${timeout / 1000} s`)));
  }

  /** The next reply. @throws Error unless it has one of the codes. */
  async expect(...codes: number[]): Promise<string> {
    for (;;) {
      // the last line of a reply has a blank after its code
      const [reply] = /^(?:\d{3}-.*\r?\n)*\d{3}(?: .*)?\r?\n/.exec(this.#buffer) ?? [];
      if (reply !== undefined) {
        this.#buffer = this.#buffer.slice(reply.length);
        const last = reply.trimEnd().split("\n").at(-1) ?? "";
        if (codes.includes(Number(last.slice(0, 3)))) return reply;
        throw new Error(`expected ${codes.join(" or ")}, got ${last.slice(0, 200)}`);
      }
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async say(line: string, ...codes: number[]): Promise<string> {
    this.#socket.write(`${line}\r\n`);
    return this.expect(...codes);
  }

  /** Goes on under TLS. @throws Error when the server's certificate is not its own. */
  async secure(host: string): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners();
    // what came before the handshake was nobody's to say
    this.#buffer = "";
    this.#socket = await new Promise((resolve, reject) => {
      const secure = connectTls({ socket: plain, host, servername: host }, () => resolve(secure));
      secure.once("error", reject);
      plain.once("error", reject);
      plain.once("close", () => reject(new Error("the connection ended")));
    });
    this.#listen(this.#socket);
  }

  end(): void {
    clearTimeout(this.#deadline);
    this.#socket.destroy();
  }
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const encoded = (text: string) => `=?utf-8?B?${base64(text)}?=`;
// encoded words are at most 75 characters long
const header = (text: string) => (text.match(/[\s\S]{1,12}/gu) ?? []).map(encoded).join("\r\n ");
const wrapped = (text: string) => base64(text).replace(/.{76}/g, "$&\r\n");

/** A mail as it goes over the wire, in base64: no line of it can end it early or be too long. */
export const mailText = ({ from, fromName }: MailServer, { to, subject, text }: Mail, now: Date): string =>
  [
    `From: ${header(fromName)} <${from}>`,
    `To: ${to.join(", ")}`,
    `Subject: ${header(subject.replace(/[\r\n]+/g, " ").slice(0, 200))}`,
    `Date: ${now.toUTCString().replace("GMT", "+0000")}`,
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    wrapped(text),
  ].join("\r\n");

/**
 * Hands a mail to its server. Source: RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 4954 (AUTH).
 * @throws Error with the server and what it said.
 */
export const sendMail = async (
  server: MailServer,
  password: string | undefined,
  mail: Mail,
  most = wholeTime,
): Promise<void> => {
  const at = server.host.lastIndexOf(":");
  const host = server.host.slice(0, at).replace(/^\[|\]$/g, "");
  const talk = new Conversation(connectTcp({ host, port: Number(server.host.slice(at + 1)) }), most);
  try {
    await talk.expect(220);
    const offers = await talk.say(`EHLO ${ehloName}`, 250);
    if (server.startTls !== "none") {
      if (/^250[ -]STARTTLS\b/im.test(offers)) {
        await talk.say("STARTTLS", 220);
        await talk.secure(host);
        await talk.say(`EHLO ${ehloName}`, 250);
      } else if (server.startTls === "mandatory") throw new Error("it offers no STARTTLS");
    }
    if (server.user !== undefined) await talk.say(`AUTH PLAIN ${base64(`\0${server.user}\0${password ?? ""}`)}`, 235);
    await talk.say(`MAIL FROM:<${server.from}>`, 250);
    for (const to of mail.to) await talk.say(`RCPT TO:<${to}>`, 250, 251);
    await talk.say("DATA", 354);
    await talk.say(`${mailText(server, mail, new Date())}\r\n.`, 250);
    await talk.say("QUIT", 221).catch(() => undefined);
  } catch (cause) {
    throw new Error(`mail server ${server.host}: ${(cause as Error).message}`);
  } finally {
    talk.end();
  }
};

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { until } from "./until.ts";

/** A mail as it arrived. */
export interface Mail {
  from: string;
  to: string;
  subject: string;
  /** The plain part, or the HTML one without tags. */
  text: string;
  html: string;
}

/** A real mail server, by default on the loopback, that keeps what it gets; it wants a login. */
export class SmtpSink {
  readonly mails: Mail[] = [];
  readonly #server: SMTPServer;

  constructor(login: { user: string; password: string }) {
    this.#server = new SMTPServer({
      // over the loopback, without a certificate
      disabledCommands: ["STARTTLS"],
      onAuth: ({ username, password }, _session, done) =>
        username === login.user && password === login.password
          ? done(null, { user: username })
          : done(new Error(`expected ${login.user} with its password, got ${username}`)),
      onData: (stream, _session, done) => {
        simpleParser(stream).then(({ from, to, subject = "", text = "", html }) => {
          const address = Array.isArray(to) ? to.map(({ text }) => text).join() : (to?.text ?? "");
          this.mails.push({ from: from?.text ?? "", to: address, subject, text, html: html || "" });
          done();
        }, done);
      },
    });
  }

  /** @returns its address as host:port */
  async start(host = "127.0.0.1"): Promise<string> {
    const { server } = this.#server.listen(0, host) as unknown as { server: NodeJS.EventEmitter };
    const listening = server ?? this.#server.server;
    await once(listening, "listening");
    return `${host}:${(this.#server.server.address() as AddressInfo).port}`;
  }

  /** The first mail with that subject, after having waited for it. */
  get(subject: string, seconds: number): Promise<Mail> {
    const found = () => this.mails.find((mail) => mail.subject === subject);
    return until(`a mail "${subject}"`, seconds, found, () => `there were ${JSON.stringify(this.#subjects())}`);
  }

  #subjects = () => this.mails.map(({ subject }) => subject);

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

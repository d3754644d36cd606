import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { run } from "../../toolchain/command.ts";
import type { MailServer } from "../../triage/service/settings.ts";
import { sendMail } from "../../triage/service/smtp.ts";
import { mailStandIn } from "../stand-ins/mail-server.ts";

const mail = {
  to: ["ops@example.org", "duty@example.org"],
  subject: "Triage: Größe\r\nBcc: x@example.org",
  text: "first line\n.\nlast – line\n",
};
const server = (host: string, more: Partial<MailServer> = {}): MailServer => ({
  host,
  from: "watchpost@example.org",
  fromName: "Watchpost",
  startTls: "none",
  ...more,
});

const decoded = (text: string) => {
  const [head = "", body = ""] = text.split(/\n\n([\s\S]*)/);
  const subject = /^Subject: ((?:.*\n )*.*)/m.exec(head)?.[1] ?? "";
  const words = [...subject.matchAll(/=\?utf-8\?B\?([^?]*)\?=/g)].map(([, word = ""]) => Buffer.from(word, "base64"));
  return { head, subject: Buffer.concat(words).toString(), body: Buffer.from(body, "base64").toString() };
};

describe("a mail", () => {
  test("arrives as it was written, for everybody, whatever is in it", async () => {
    const standIn = await mailStandIn();
    await sendMail(server(standIn.host), undefined, mail);
    const { head, subject, body } = decoded(standIn.mails[0] ?? "");
    assert.equal(body, mail.text);
    assert.equal(subject, "Triage: Größe Bcc: x@example.org");
    assert.doesNotMatch(head, /^Bcc:/m);
    assert.match(head, /^To: ops@example\.org, duty@example\.org$/m);
    assert.deepEqual(
      standIn.commands.map(({ line }) => line).filter((line) => /^(MAIL|RCPT)/.test(line)),
      ["MAIL FROM:<watchpost@example.org>", "RCPT TO:<ops@example.org>", "RCPT TO:<duty@example.org>"],
    );
    standIn.stop();
  });

  for (const [what, answers, says] of [
    ["that is refused", { DATA: "554 5.7.1 spam" }, /expected 354, got 554 5\.7\.1 spam/],
    ["to nobody", { RCPT: "550 no such user" }, /expected 250 or 251, got 550 no such user/],
    ["with a wrong password", { AUTH: "535 wrong" }, /expected 235, got 535 wrong/],
  ] as const)
    test(`${what} is an error that names the server, and no password`, async () => {
      const standIn = await mailStandIn({ answers });
      const sent = sendMail(server(standIn.host, { user: "mailer" }), "swordfish", mail);
      await assert.rejects(sent, ({ message }: Error) => {
        assert.match(message, says);
        assert.match(message, new RegExp(standIn.host));
        return !/swordfish/.test(message);
      });
      standIn.stop();
    });

  test("does not go where nobody listens", async () => {
    await assert.rejects(sendMail(server("127.0.0.1:9"), undefined, mail), /127\.0\.0\.1:9: .*ECONNREFUSED/);
  });
});

describe("a server that goes silent", () => {
  /** Says these lines, one to each thing that it is told, and then nothing more. */
  const silentAfter = async (t: TestContext, lines: string[]) => {
    const said = [...lines];
    const sockets = new Set<Socket>();
    const standIn = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      const next = () => said.length > 0 && socket.write(`${said.shift()}\r\n`);
      socket.on("data", next);
      next();
    });
    t.after(() => {
      for (const socket of sockets) socket.destroy();
      standIn.close();
    });
    await once(standIn.listen(0, "127.0.0.1"), "listening");
    return `localhost:${(standIn.address() as AddressInfo).port}`;
  };
  const late = /^Error: mail server .*: (not done within 0\.3 s|the connection ended)$/;

  test("from the start", { timeout: 10_000 }, async (t) => {
    const host = await silentAfter(t, ["220 stand-in"]);
    await assert.rejects(sendMail(server(host), undefined, mail, 300), late);
  });

  test("when it should begin TLS", { timeout: 10_000 }, async (t) => {
    const host = await silentAfter(t, ["220 stand-in", "250-stand-in\r\n250 STARTTLS", "220 go on"]);
    await assert.rejects(sendMail(server(host, { startTls: "mandatory" }), undefined, mail, 300), late);
  });
});

describe("STARTTLS", () => {
  let folder = "";
  const file = (name: string) => readFile(join(folder, name), "utf8");
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-smtp-"));
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
    await run(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", ...names],
      {
        cwd: folder,
      },
    );
  });
  after(() => rm(folder, { recursive: true }));
  const secured = async () => mailStandIn({ tls: { key: await file("key.pem"), cert: await file("cert.pem") } });

  test("that is mandatory sends nothing to a server that does not offer it", async () => {
    const standIn = await mailStandIn();
    const sent = sendMail(server(standIn.host, { startTls: "mandatory", user: "mailer" }), "swordfish", mail);
    await assert.rejects(sent, /it offers no STARTTLS/);
    assert.deepEqual(
      standIn.commands.map(({ line }) => line),
      ["EHLO watchpost"],
    );
    standIn.stop();
  });

  test("with a certificate that nobody vouches for sends nothing", async () => {
    const standIn = await secured();
    const sent = sendMail(server(standIn.host, { startTls: "opportunistic", user: "mailer" }), "swordfish", mail);
    await assert.rejects(sent, /self-signed certificate/);
    assert.deepEqual(standIn.mails, []);
    standIn.stop();
  });

  test("comes before the password and the mail", async () => {
    const standIn = await secured();
    const module = new URL("../../triage/service/smtp.ts", import.meta.url).href;
    const settings = server(standIn.host, { startTls: "mandatory", user: "mailer" });
    const program = `import { sendMail } from ${JSON.stringify(module)}; await sendMail(${JSON.stringify(settings)}, "swordfish", ${JSON.stringify(mail)});`;
    // whom a process trusts is settled when it starts
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "cert.pem") };
    await run(process.execPath, ["--input-type=module", "--eval", program], { env, timeout: 30_000 });
    assert.equal(standIn.mails.length, 1);
    const open = standIn.commands.filter(({ secure }) => !secure).map(({ line }) => line);
    assert.deepEqual(open, ["EHLO watchpost", "STARTTLS"]);
    assert.ok(
      standIn.commands.some(
        ({ line }) => line === `AUTH PLAIN ${Buffer.from("\0mailer\0swordfish").toString("base64")}`,
      ),
    );
    standIn.stop();
  });
});

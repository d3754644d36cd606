import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";

export interface MailStandInOptions {
  /** Offers STARTTLS with that key and certificate, PEM. */
  tls?: { key: string; cert: string };
  /** What it answers to a command, by its first word, in place of what it would. */
  answers?: Record<string, string>;
}

/** To clients like a mail server: it keeps what it is told, and sends nothing. */
export const mailStandIn = async ({ tls, answers = {} }: MailStandInOptions = {}) => {
  const commands: { line: string; secure: boolean }[] = [];
  const mails: string[] = [];
  const serve = (socket: Socket, secure: boolean) => {
    let buffer = "";
    let data: string[] | undefined;
    const say = (text: string) => socket.write(`${text}\r\n`);
    const usual: Record<string, () => void> = {
      EHLO: () => say(tls && !secure ? "250-stand-in\r\n250-STARTTLS\r\n250 HELP" : "250-stand-in\r\n250 HELP"),
      AUTH: () => say("235 2.7.0 welcome"),
      DATA: () => {
        data = [];
        say("354 go on");
      },
      QUIT: () => say("221 bye"),
      STARTTLS: () => {
        say("220 go on");
        socket.removeAllListeners("data");
        const secured = new TLSSocket(socket, { isServer: true, ...tls });
        secured.on("error", () => socket.destroy());
        serve(secured, true);
      },
    };
    const take = (line: string) => {
      if (data) {
        if (line !== ".") return void data.push(line.replace(/^\./, ""));
        mails.push(data.join("\n"));
        data = undefined;
        return say("250 taken");
      }
      const word = line.split(/[ :]/)[0] ?? "";
      commands.push({ line, secure });
      const answer = answers[word];
      if (answer !== undefined) return say(answer);
      (usual[word] ?? (() => say("250 ok")))();
    };
    socket.on("data", (chunk: Buffer) => {
      buffer += chunk.toString("utf8");
      const lines = buffer.split("\r\n");
      buffer = lines.pop() ?? "";
      for (const line of lines) take(line);
    });
    socket.on("error", () => {});
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.write("220 stand-in\r\n");
    serve(socket, false);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    commands,
    mails,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

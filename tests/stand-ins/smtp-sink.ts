import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

const answers: [command: RegExp, answer: string][] = [
  [/^(EHLO|HELO) /i, "250 sink"],
  [/^(MAIL|RCPT|RSET|NOOP)/i, "250 OK"],
  [/^DATA/i, "354 go on"],
  [/^QUIT/i, "221 bye"],
];

/** A server that takes every mail and keeps it as it came, headers and all: without TLS, without a login. */
export const startSmtpSink = async () => {
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let [rest, mail]: [string, string | undefined] = ["", undefined];
    const say = (line: string) => socket.write(`${line}\r\n`);
    const take = (line: string) => {
      if (mail === undefined) {
        say(answers.find(([command]) => command.test(line))?.[1] ?? "500 what");
        if (/^DATA/i.test(line)) mail = "";
      } else if (line === ".") {
        mails.push(mail);
        mail = undefined;
        say("250 taken");
      } else mail += `${line.replace(/^\./, "")}\n`;
    };
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\r\n");
      rest = lines.pop() ?? "";
      lines.forEach(take);
    });
    // a client may hang up as it likes
    socket.on("error", () => {});
    say("220 sink");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    mails,
    port: (server.address() as AddressInfo).port,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

import { createSocket } from "node:dgram";
import { once } from "node:events";

/** A DNS server of the tests: it knows the given names, and says of all others that they do not exist. */
export const startDns = async (names: string[]) => {
  const socket = createSocket("udp4");
  socket.on("message", (query, { address, port }) => {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString("latin1", at + 1, at + 1 + length));
      at += 1 + length;
    }
    const known = names.includes(labels.join(".").toLowerCase());
    // the question as it came; the answer, where there is one, is 127.0.0.1
    const question = query.subarray(12, at + 5);
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (known ? 0 : 3), 2);
    for (const [offset, count] of [1, known ? 1 : 0, 0, 0].entries()) header.writeUInt16BE(count, 4 + 2 * offset);
    const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    socket.send(Buffer.concat([header, question, ...(known ? [answer] : [])]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, stop: () => socket.close() };
};

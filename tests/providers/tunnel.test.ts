import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { connect } from "../../providers/ssh/connection.ts";
import { openTunnel } from "../../providers/ssh/tunnel.ts";
import { provider } from "../../providers/ssh-tunnel.ts";
import { freePort } from "../free-port.ts";
import { FakeHost } from "./fake-host.ts";

const listening = async (t: TestContext, server: Server): Promise<number> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
};

/** A host with a page on its loopback, and a port here. */
const stage = async (t: TestContext) => {
  const host = await FakeHost.start();
  t.after(() => host.stop());
  const page = createHttpServer((request, response) => response.end(`the host's ${request.url}`));
  t.after(() => page.closeAllConnections());
  const inputs = { port: await freePort(), toHost: "127.0.0.1", toPort: await listening(t, page) };
  return { host, inputs, calls: provider(host.config) };
};

const ask = async (port: number) =>
  (await fetch(`http://127.0.0.1:${port}/page`, { headers: { connection: "close" } })).text();

describe("a tunnel", () => {
  test("leads to what the host sees, over one login", async (t) => {
    const { host, inputs, calls } = await stage(t);
    assert.equal((await calls.create(inputs)).id, `127.0.0.1:${inputs.port}`);
    const pages = await Promise.all([1, 2, 3].map(() => ask(inputs.port)));
    assert.deepEqual(new Set(pages), new Set(["the host's /page"]));
    assert.equal(host.handshakes, 1);
  });

  for (const call of ["check", "read"] as const)
    test(`is open from ${call} on, which does not log in`, async (t) => {
      const { host, inputs, calls } = await stage(t);
      if (call === "check") assert.deepEqual((await calls.check({}, inputs)).inputs, inputs);
      else assert.deepEqual((await calls.read("id", inputs)).inputs, inputs);
      assert.equal(host.attempts, 0);
      assert.equal(await ask(inputs.port), "the host's /page");
    });

  test("is not opened while it is unknown where it leads", async (t) => {
    const { inputs, calls } = await stage(t);
    await calls.check({}, { ...inputs, toPort: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" });
    await assert.rejects(ask(inputs.port), /fetch failed/);
  });

  test("changes with what it leads to, and not otherwise", async (t) => {
    const { inputs, calls } = await stage(t);
    const { outs } = await calls.create(inputs);
    assert.equal((await calls.diff("id", outs, inputs)).changes, false);
    const other = { ...inputs, toPort: 1 };
    const { changes, replaces } = await calls.diff("id", outs, other);
    assert.deepEqual([changes, replaces], [true, []]);
  });

  test("to where nothing listens is refused, with what to look at", async (t) => {
    const { inputs, calls } = await stage(t);
    const toPort = await freePort();
    await assert.rejects(calls.create({ ...inputs, toPort }), {
      message: new RegExp(`host fake .*does not connect to 127\\.0\\.0\\.1:${toPort} .*AllowTcpForwarding`),
    });
  });

  const hangUp = (socket: Socket) => socket.once("data", () => socket.end());
  const nobody = {
    "nothing listens": { port: async () => freePort(), says: /host fake .*does not connect to .*check that something/ },
    "the connection is hung up": {
      port: (t: TestContext) => listening(t, createServer(hangUp)),
      says: /127\.0\.0\.1:\d+ of the host hangs up without an answer: what is published there does not run/,
    },
  };
  for (const [what, { port, says }] of Object.entries(nobody))
    test(`tells who asks in a refresh where ${what} why there is no answer, and what to look at`, async (t) => {
      const { inputs, calls } = await stage(t);
      const dead = { ...inputs, toPort: await port(t) };
      await calls.read("id", dead);
      const answer = await fetch(`http://127.0.0.1:${inputs.port}/page`);
      assert.equal(answer.status, 403);
      assert.match(((await answer.json()) as { message: string }).message, says);
      // a program that runs may start it yet
      await calls.check({}, dead);
      await assert.rejects(ask(inputs.port), /fetch failed/);
    });

  test("from a port that is taken is refused, with the port", async (t) => {
    const { host } = await stage(t);
    const port = await listening(t, createServer());
    const to = { host: "127.0.0.1", port: 3000 };
    await assert.rejects(openTunnel(port, connect(host.address), to, { patience: 0 }), {
      message: new RegExp(`port ${port} of this machine's loopback is taken, expected it free for the tunnel to 127`),
    });
  });

  test("waits for a port that another run is about to give back", async (t) => {
    const { host, inputs } = await stage(t);
    const other = createServer().listen(inputs.port, "127.0.0.1");
    await once(other, "listening");
    const opened = openTunnel(inputs.port, connect(host.address), { host: "127.0.0.1", port: inputs.toPort });
    other.close();
    await opened;
    assert.equal(await ask(inputs.port), "the host's /page");
  });
});

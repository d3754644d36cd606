import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { proveServices } from "../../../commands/services-proof.ts";
import { askScript, readAnswers } from "../../../components/canary/ask.ts";
import { connect } from "../../../providers/ssh/connection.ts";
import { FakeHost } from "../../providers/fake-host.ts";
import { config, saidOf, wellSeen } from "./sample.ts";
import { StubStores } from "./stub-stores.ts";

const start = async (t: TestContext) => {
  const host = await FakeHost.start();
  t.after(() => host.stop());
  await host.root.install("systemctl", "true");
  await host.root.install("journalctl", "true");
  await host.root.install("id", "echo 1000");
  await host.root.install("getent", "echo x:x:1000:1000::/:/bin/sh");
  await host.root.install("setpriv", "true");
  const seen = wellSeen();
  const soon = Date.now() / 1000 + 60;
  seen.collected = soon;
  for (const key of seen.scraped.keys()) seen.scraped.set(key, soon);
  const stores = await StubStores.start(seen);
  t.after(() => stores.stop());
  const { loki, prometheus } = config;
  const here = { loki: { ...loki, listen: stores.listen }, prometheus: { ...prometheus, listen: stores.listen } };
  return { connection: connect(host.address), stores, config: { ...config, ...here }, host };
};

describe("the proof of the services", () => {
  test("asks the host and its stores in two round trips where all is well", async (t) => {
    const { connection, config, host, stores } = await start(t);
    const proof = await proveServices(connection, { host: "web", config, wait: 0 });
    assert.deepEqual(saidOf(proof), []);
    assert.deepEqual(
      proof.services.map(({ service, logs, targets }) => [service, logs, targets.proved]),
      [
        ["watchpost", "proved", 5],
        ["shop", "proved", 0],
        ["press", "quiet", 0],
        ["zrepl", "proved", 1],
        ["db", null, 2],
      ],
    );
    assert.equal(host.commands.length, 2);
    assert.ok(stores.queries.includes('{host="web",service="shop",source="journal"}'));
  });

  test("looks again until all is seen, and says what lacks", async (t) => {
    const { connection, config, stores } = await start(t);
    const key = "zrepl 127.0.0.1:9811";
    stores.seen.up.set(key, false);
    let looks = 0;
    stores.onLook = () => {
      looks += 1;
      if (looks === 2) stores.seen.up.set(key, true);
    };
    const told: string[][] = [];
    const onWait = (lacking: string[]) => told.push(lacking);
    const proof = await proveServices(connection, { host: "web", config, wait: 60, onWait });
    assert.deepEqual([proof.ok, looks], [true, 2]);
    assert.deepEqual(told, [["services.zrepl.metrics.targets.0"]]);
  });

  test("asks a target that stays down itself", async (t) => {
    const { connection, config, stores } = await start(t);
    stores.seen.up.set("db 127.0.0.1:9187", false);
    const proof = await proveServices(connection, { host: "web", config, only: ["db"], wait: 0 });
    assert.deepEqual(saidOf(proof), ["scrape.db.targets.0: 127.0.0.1:9187 is down: nothing listens there"]);
    assert.deepEqual(
      proof.services.map(({ service }) => service),
      ["db"],
    );
  });

  test("says which store gives no answer", async (t) => {
    const { connection, config } = await start(t);
    const nobody = "127.0.0.1:1";
    const deaf = { ...config, loki: { ...config.loki, listen: nobody } };
    const proof = await proveServices(connection, { host: "web", config: deaf, wait: 0 });
    assert.deepEqual(saidOf(proof), [`loki.listen: Loki gives no answer at ${nobody}`]);
  });
});

describe("HTTP by bash", () => {
  const serve = async (t: TestContext, listener: RequestListener, address = "127.0.0.1") => {
    const server = createServer(listener).listen(0, address);
    t.after(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  };
  const ask = async (t: TestContext, address: string) => {
    const host = await FakeHost.start();
    t.after(() => host.stop());
    const script = askScript({
      bodies: [{ name: "body", address, path: "/x?y" }],
      heads: [{ address, path: "/metrics" }],
    });
    const answers = readAnswers(await connect(host.address).run({ what: "test", script }));
    return { body: answers.get("body"), head: answers.get(`${address}/metrics`) };
  };

  test("gets a body to its last byte, and a head alone", async (t) => {
    const text = `${"größer\n".repeat(20_000)}end`;
    const address = await serve(t, ({ url }, response) => response.end(`${url}\n${text}`));
    const { body, head } = await ask(t, address);
    assert.equal(body, `/x?y\n${text}`);
    assert.match(head ?? "", /^HTTP\/1\.1 200 OK\r\n/);
    assert.doesNotMatch(head ?? "", /größer/);
  });

  test("has nothing of a server that never answers, within its time", { timeout: 60_000 }, async (t) => {
    const server = createTcp(() => {}).listen(0, "127.0.0.1");
    t.after(() => server.close());
    await once(server, "listening");
    const { body, head } = await ask(t, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    assert.deepEqual([body, head], ["", ""]);
  });
});

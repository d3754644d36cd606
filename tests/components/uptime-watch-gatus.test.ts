import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { heartbeatPath } from "../../components/uptime-watch/heartbeat.ts";
import { until } from "../../throwaway/until.ts";
import { run } from "../../toolchain/command.ts";
import { configWith, hosts } from "../config/sample.ts";
import { Sink } from "../host/outside/sink.ts";
import { startDns } from "../stand-ins/dns.ts";
import { mailStandIn } from "../stand-ins/mail-server.ts";
import { Gatus } from "./gatus.ts";

const token = "swordfish-$HOME-of-$$-beat";
const bearer = `Bearer ${token}`;

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

/** A TLS server whose certificate is valid for that many days from now; the certificate is the file to be trusted. */
const tlsServer = async (folder: string, days: number) => {
  const [key, cert] = [join(folder, `${days}.key`), join(folder, `${days}.crt`)];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", `${days}`];
  await run("openssl", [...args, ...subject, "-keyout", key, "-out", cert]);
  const server = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) => {
    response.end("ok");
  });
  await once(server.listen(0, "localhost"), "listening");
  return { server, cert: await readFile(cert, "utf8"), url: `https://localhost:${portOf(server)}/` };
};

describe("the real Gatus with what is rendered for it", { concurrency: false }, () => {
  let gatus: Gatus;
  let sink: Sink;
  let mail: Awaited<ReturnType<typeof mailStandIn>>;
  let dns: Awaited<ReturnType<typeof startDns>>;
  let folder: string;
  let good: Awaited<ReturnType<typeof tlsServer>>;
  let old: Awaited<ReturnType<typeof tlsServer>>;
  let status = 200;
  const shop = createServer((_, response) => response.writeHead(status).end());
  const slow = createServer((_, response) => setTimeout(() => response.end(), 1500));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-watch-"));
    [sink, mail, dns] = await Promise.all([Sink.start("127.0.0.1"), mailStandIn(), startDns(["localhost"])]);
    [good, old] = [await tlsServer(folder, 90), await tlsServer(folder, 5)];
    for (const server of [shop, slow]) await once(server.listen(0, "127.0.0.1"), "listening");
    const service = (url: string) => ({ user: "root", units: [`${new URL(url).port}.service`], url });
    const config = configWith({
      hosts: { web: { ...hosts.web, address: "nowhere.example.org" } },
      services: {
        shop: service(`http://127.0.0.1:${portOf(shop)}/`),
        slow: service(`http://127.0.0.1:${portOf(slow)}/`),
        good: service(good.url),
        old: service(old.url),
      },
      alerting: {
        contactPoints: { hook: { webhook: { url: sink.url } } },
        heartbeat: { url: `https://watch.example.org${heartbeatPath}`, token, interval: "2s" },
      },
      watch: {
        ...{ interval: "1s", latency: "1s", resolver: `127.0.0.1:${dns.port}` },
        webhook: { url: sink.url, token: "of-hook", scheme: "Token" },
        emails: ["ops@example.org"],
        smtp: { host: mail.host, from: "watch@example.org" },
      },
    });
    // shorter than Watchpost lets it be, for Grafana's sake
    gatus = await Gatus.make({ ...config, watch: { ...config.watch, within: "20s" } });
    const trusted = join(folder, "trusted.crt");
    await run("sh", ["-c", `cat ${folder}/90.crt ${folder}/5.crt >${trusted}`]);
    await gatus.start({ SSL_CERT_FILE: trusted });
  });
  after(async () => {
    await gatus?.stop();
    for (const server of [shop, slow, good?.server, old?.server]) {
      server?.close();
      server?.closeAllConnections();
    }
    for (const one of [sink, mail, dns]) one?.stop();
    await rm(folder, { recursive: true });
  });

  test("takes a beat with the right token, dollar signs and all", async () => {
    assert.equal(await gatus.beat(bearer), 200);
  });

  test("refuses a beat with a wrong token, without one, and for another endpoint", async () => {
    const answers = [
      gatus.beat("Bearer wrong"),
      gatus.beat(),
      gatus.beat(bearer, heartbeatPath.replace("beat", "bee")),
    ];
    assert.deepEqual(await Promise.all(answers), [401, 401, 404]);
    assert.ok(!gatus.log.includes("swordfish"), "the token is not in what it says");
  });

  test("finds what answers well, and in time", async () => {
    assert.deepEqual(await gatus.failing("services_shop"), []);
    assert.deepEqual(await gatus.failing("services_good"), []);
    assert.match((await gatus.failing("services_slow")).join(), /^\[RESPONSE_TIME\] \(\d+\) < 1000$/);
  });

  test("finds a certificate that expires soon, and leaves its service alone", async () => {
    assert.deepEqual(await gatus.failing("certificates_good"), []);
    assert.match((await gatus.failing("certificates_old")).join(), /^\[CERTIFICATE_EXPIRATION\] \(.*\) > 336h$/);
    assert.deepEqual(await gatus.failing("services_old"), []);
  });

  test("finds a name that is gone from DNS, and a host whose sshd does not answer", async () => {
    assert.deepEqual(await gatus.failing("dns_localhost"), []);
    assert.match((await gatus.failing("dns_nowhere.example.org".replaceAll(".", "-"))).join(), /NXDOMAIN/);
    assert.match((await gatus.failing("host_web-ssh")).join(), /^\[CONNECTED\] \(false\) == true/);
  });

  test("tells an outage by webhook and by mail, in words, and its end", async () => {
    const began = Date.now();
    status = 503;
    await sink.wait("services/shop", "firing", began, 20);
    const { authorization, message } = sink.told.find(({ endpoint }) => endpoint === "services/shop") ?? {};
    assert.equal(authorization, "Token of-hook");
    assert.match(message ?? "", /^shop does not answer well at http:\/\/127\.0\.0\.1:/);
    const sent = (subject: string) =>
      until(`a mail: ${subject}`, 20_000, async () => mail.mails.find((text) => text.includes(`Subject: ${subject}`)));
    assert.match(await sent("[services/shop] Alert triggered"), /To: ops@example\.org/);
    status = 200;
    await sink.wait("services/shop", "resolved", began, 20);
    await sent("[services/shop] Alert resolved");
  });

  test("tells the silence within the time that is set, and that it is over, also when Gatus was restarted between", async () => {
    assert.equal(await gatus.beat(bearer), 200);
    const seconds = await sink.wait("watchpost/heartbeat", "firing", Date.now(), 25);
    assert.ok(seconds <= 21, `${seconds} s`);
    await gatus.start();
    const back = Date.now();
    assert.equal(await gatus.beat(bearer), 200);
    await sink.wait("watchpost/heartbeat", "resolved", back, 5);
  });

  test("ends at once with a config that is none, which is how one is refused before it is used", async () => {
    const broken = await Gatus.make(configWith(), "maintenance: [");
    try {
      await assert.rejects(broken.start(), /^Error: panic: error .*yaml: line/);
    } finally {
      await broken.stop();
    }
  });
});

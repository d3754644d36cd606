import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { forward } from "../../commands/forward.ts";
import { handshake } from "../../providers/ssh/connection.ts";
import { until } from "../../throwaway/until.ts";
import { run } from "../../toolchain/command.ts";
import { SmtpSink } from "../grafana/around/smtp-sink.ts";
import { completion, modelStandIn } from "../stand-ins/model-server.ts";
import { httpSink } from "../triage/http-sink.ts";
import { startUnit, stopUnits } from "../triage/incidents/scenario.ts";
import { nodeImage } from "../triage/node-image.ts";
import { onlySame } from "./expect.ts";
import { skip, useRig } from "./rig.ts";

const mailer = { user: "mailer", password: "swordfish-of-mail" };

interface Annotation {
  time: number;
  text: string;
  tags: string[];
}

/** What the container's own Node prints. */
const inContainer = (program: string) =>
  `podman exec -i watchpost-triage node --input-type=module - <<'EOF'\n${program}\nEOF`;

/** Posts what Grafana would: a stand-in for it tells nobody of anything, and the real one takes its time. */
const post = (groupKey: string, unit: string, startsAt: number) =>
  inContainer(`
import { readFileSync } from "node:fs";
const { receiverToken } = JSON.parse(readFileSync("/run/secrets/watchpost-triage", "utf8"));
const labels = { alertname: "UnitFailed", severity: "warning", unit: ${JSON.stringify(unit)}, user: "root" };
const alert = { status: "firing", labels, annotations: { summary: "a unit has failed" }, startsAt: ${JSON.stringify(new Date(startsAt).toISOString())} };
const response = await fetch("http://127.0.0.1:9099/webhook", {
  method: "POST",
  headers: { authorization: \`Bearer \${receiverToken}\` },
  body: JSON.stringify({ groupKey: ${JSON.stringify(groupKey)}, alerts: [alert] }),
});
console.log(response.status, await response.text());
`);

describe("the triage service on a host", { skip, concurrency: false }, () => {
  const rig = useRig({
    name: "triage",
    values: { collector: { interval: "5s" } },
  });
  let hook: Awaited<ReturnType<typeof httpSink>>;
  let model: Awaited<ReturnType<typeof modelStandIn>>;
  const mail = new SmtpSink(mailer);

  before(
    async () => {
      hook = await httpSink({ "/hook": "taken" }, rig.outside);
      model = await modelStandIn({
        host: rig.outside,
        // finds the line that it is to find, as a model would
        complete: ({ body }) => {
          const sent = body.messages?.[1]?.content ?? "";
          const [, number, quote] = /^\[(\d+)\] .*?(\/srv\/ledger\/balance: Permission denied)/m.exec(sent) ?? [];
          return completion(
            JSON.stringify({
              summary: "The ledger cannot be written.",
              cause: "Its user may not write the file.",
              confidence: "high",
              citations: [{ number: Number(number), quote }],
              checks: [],
            }),
          );
        },
      });
      await rig.change({
        alerting: {
          smtp: { host: await mail.start(rig.outside), from: "watchpost@example.org", startTls: "none", ...mailer },
          contactPoints: {
            hook: { webhook: { url: `${hook.url}/hook`, token: "swordfish-of-hook" } },
            ops: { emails: ["ops@example.org"] },
          },
          groupWait: "1s",
          thresholds: { unitFailures: 1 },
        },
        triage: {
          enabled: true,
          archive: await nodeImage(),
          image: "localhost/watchpost-test/node:24",
          endpoint: model.endpoint,
          timeout: "5s",
          retries: 0,
          contactPoints: ["hook", "ops"],
        },
      });
      await rig.stack.up();
    },
    { timeout: 600_000 },
  );
  after(() => {
    hook?.stop();
    model?.stop();
    return mail.stop();
  });

  /** The annotations of triages that Grafana has, asked as its local admin. */
  const annotations = async (): Promise<Annotation[]> => {
    const password = (await rig.stack.stack.outputs()).grafanaAdminPassword?.value as string;
    const input = `user = "break-glass:${password}"\nurl = "http://127.0.0.1:3000/api/annotations?tags=watchpost-triage"\n`;
    return JSON.parse(await rig.guest.sh("curl -sS --fail-with-body -K -", { input }));
  };

  /** What the contact point was told of a group. */
  const told = (key: string) =>
    until(`the contact point is told of ${key}`, 30_000, async () => {
      const bodies = hook.requests.map(({ body }) => JSON.parse(body));
      return bodies.find(({ groupKey }) => groupKey === key);
    });

  const fail = async () => {
    await rig.guest.sh("install -d -m 700 /srv/ledger && echo 0 >/srv/ledger/balance");
    await startUnit(rig.guest, "ledger", "set -e\necho 1 >>/srv/ledger/balance", ["User=nobody"]);
    await until("Loki has the line", 30_000, async () =>
      (await rig.guest.lines('{unit="ledger.service"} |= "Permission denied"')).length > 0 ? true : undefined,
    );
  };

  test("a second up changes nothing", async () => onlySame(await rig.stack.up()));

  test("it runs in the pod as nobody, with a read-only root, and nothing of it is open on the host", async () => {
    const format = "{{.HostConfig.ReadonlyRootfs}} {{.Config.User}} {{.EffectiveCaps}}";
    assert.equal(await rig.guest.pod(`podman inspect watchpost-triage --format '${format}'`), "true 65534:65534 []");
    assert.equal(await rig.guest.sh("curl -s -m 2 http://127.0.0.1:9099/health || echo closed"), "closed");
  });

  test("an alert's lines reach the model, and what it says the contact point", async () => {
    await fail();
    assert.match(await rig.guest.pod(post("first", "ledger.service", Date.now())), /^202 queued/);
    const { triage, message } = await told("first");
    assert.equal(triage.by, "stand-in");
    assert.match(triage.cited[0]?.text, /ledger.*balance: Permission denied/);
    assert.match(message, /Likely cause \(high confidence\): Its user may not write the file\./);
    assert.equal(hook.requests[0]?.authorization, "Bearer swordfish-of-hook");
    const { to, text } = await mail.get("Triage: UnitFailed: a unit has failed", 30);
    assert.equal(to, "ops@example.org");
    assert.equal(text.trim(), message.trim());
  });

  test("a real Grafana tells of what fires, and has the triage at its start; the alert goes out beside it", {
    timeout: 300_000,
  }, async (context) => {
    if (!rig.realGrafana) return context.skip("Grafana's image or plugin is a stand-in");
    const title = "WARNING UnitFailsOften on ";
    for (const failures of [2, 3]) {
      await rig.guest.sh("systemctl start --no-block ledger.service");
      await until("Loki has the failure", 30_000, async () =>
        (await rig.guest.lines('{unit="ledger.service"} |= "Permission denied"')).length >= failures ? true : undefined,
      );
    }
    const bodies = () => hook.requests.map(({ body }) => JSON.parse(body));
    const fired = await until("the triage is told", 200_000, async () =>
      bodies().find(({ title }) => /^Triage: UnitFailsOften/.test(title)),
    );
    assert.equal(fired.triage.by, "stand-in");
    const raw = await until("the alert itself is told", 60_000, async () =>
      bodies().find((body) => body.receiver === "hook" && body.title.startsWith(title)),
    );
    const { startsAt, labels } = raw.alerts[0];
    const seen = (await annotations()).find(({ tags }) => tags.includes("UnitFailsOften"));
    assert.ok(seen, "there is an annotation of UnitFailsOften");
    assert.deepEqual(seen.tags.sort(), ["UnitFailsOften", rig.name, "watchpost-triage"].sort());
    assert.equal(seen.time, Date.parse(startsAt));
    assert.equal(labels.unit, "ledger.service");
    assert.match(seen.text, /Its user may not write the file\..*ledger.*balance: Permission denied/s);
    const { text } = await mail.get(fired.title, 30);
    assert.match(text, /balance: Permission denied/);
  });

  test("Prometheus has what it counts", async () => {
    await rig.guest.metric('up{job="triage",service="watchpost"} == 1');
    await rig.guest.metric('watchpost_triage_triaged_by_model_total{job="triage"} > 0');
    const { value } = await rig.guest.metric("watchpost_triage_duration_seconds_count > 0");
    assert.ok(Number(value[1]) >= 1);
  });

  test("the command line says the same from another machine, without Grafana", async () => {
    const client = await handshake({ ...rig.host, agentSocket: undefined });
    const [loki, prometheus] = await Promise.all(
      [3100, 9090].map((port) => forward(client, { host: "127.0.0.1", port })),
    );
    const at = (way: typeof loki) => `http://127.0.0.1:${way?.port}`;
    const where = ["--loki", at(loki), "--prometheus", at(prometheus), "--conditions", "--alert", "UnitFailed"];
    const program = join(import.meta.dirname, "../../triage/main.ts");
    const found = await until("UnitFailed holds for the ledger", 60_000, async () => {
      const said = await run(process.execPath, [program, ...where, "--endpoint", model.endpoint, "--json"]);
      const results = said
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      return results.find(({ title }) => title.includes("ledger.service"));
    });
    for (const way of [loki, prometheus]) way?.server.close();
    client.end();
    assert.equal(found.by, "stand-in");
    assert.match(found.cited[0]?.text, /balance: Permission denied/);
  });

  test("with the model gone, the extract is told, and says why", async () => {
    model.stop();
    await rig.guest.pod(post("second", "ledger.service", Date.now()));
    const { triage, message } = await told("second");
    assert.equal(triage.by, null);
    assert.match(triage.cause, /balance: Permission denied/);
    assert.match(message, /no model judged this/);
    await rig.guest.metric("watchpost_triage_fallbacks_total > 0");
  });

  test("of what it is told it keeps no secret in the journal, and stays small", async (t) => {
    const lines = await rig.guest.lines('{container="watchpost-triage"}');
    assert.ok(lines.some((line) => /triaged first by stand-in/.test(line)));
    assert.doesNotMatch(lines.join("\n"), /swordfish/);
    const [pid] = (await rig.guest.pod("podman inspect watchpost-triage --format '{{.State.Pid}}'")).split("\n");
    const kilobytes = Number(await rig.guest.sh(`awk '/VmRSS/ {print $2}' /proc/${pid}/status`));
    t.diagnostic(`${kilobytes} kB resident`);
    assert.ok(kilobytes < 150_000, `${kilobytes} kB`);
  });

  test("taken out of the config, it is gone, and the pod stays", async () => {
    await stopUnits(rig.guest, "ledger");
    const starts = await rig.guest.starts();
    await rig.change({ triage: { enabled: false } });
    await rig.stack.up();
    const { "watchpost-triage": _gone, ...others } = starts;
    assert.deepEqual(await rig.guest.starts(), others);
    assert.equal(await rig.guest.sh("ls -d /etc/watchpost/triage 2>/dev/null || echo gone"), "gone");
  });
});

import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { mostBytes } from "../../triage/service/receiver.ts";
import { makeService, type Service } from "../../triage/service/service.ts";
import type { ServiceSecrets, ServiceSettings } from "../../triage/service/settings.ts";
import { completion, type ModelStandInOptions, modelStandIn } from "../stand-ins/model-server.ts";
import { httpSink } from "./http-sink.ts";

const nowhere = "http://127.0.0.1:9";
const startsAt = "2026-11-25T08:00:00Z";

const lokiAnswer = {
  data: {
    result: [
      {
        stream: { container: "shop-web", level: "error" },
        values: [[`${Date.parse(startsAt)}000000`, "cannot open /data/shop.db"]],
      },
    ],
  },
};

/** A body as Grafana posts it. */
const webhook = (groupKey: string, more: object = {}, alerts = 1) => ({
  receiver: "triage",
  status: "firing",
  version: "1",
  groupKey,
  alerts: Array.from({ length: alerts }, (_, index) => ({
    status: "firing",
    labels: { alertname: "ContainerUnhealthy", host: "web-1", container: `shop-${index}`, service: "shop" },
    annotations: { summary: "shop-web is unhealthy" },
    startsAt,
    ...more,
  })),
});

const answer = JSON.stringify({
  summary: "The shop <b>cannot</b> open its database.",
  cause: "The database is missing.",
  confidence: "medium",
  citations: [{ number: 2, quote: "cannot open /data/shop.db" }],
  checks: [],
});

describe("the service", () => {
  const logged: string[] = [];
  let service: Service;
  let url = "";
  let grafana: Awaited<ReturnType<typeof httpSink>>;
  let hook: Awaited<ReturnType<typeof httpSink>>;
  let loki: Awaited<ReturnType<typeof httpSink>>;

  before(async () => {
    grafana = await httpSink({ "/api/annotations": { id: 1 } });
    hook = await httpSink({ "/hook": "taken" });
    loki = await httpSink({ "/loki/api/v1/query_range": lokiAnswer });
  });
  after(() => {
    for (const each of [grafana, hook, loki]) each.stop();
  });

  const start = async (
    settings: Partial<ServiceSettings> | "without a model" = {},
    secrets: Partial<ServiceSecrets> = {},
  ) => {
    const defaults: ServiceSettings = {
      port: 0,
      loki: loki.url,
      prometheus: nowhere,
      grafana: grafana.url,
      rules: [],
      mask: { off: [], more: {} },
      model: { endpoint: `${nowhere}/v1`, timeout: 500, retries: 0 },
      queue: 3,
      quiet: 60_000,
    };
    const webhooks = [{ name: "ops", url: `${hook.url}/hook`, authorization: "Bearer h00k" }];
    const all = { receiverToken: "t0ken", grafanaToken: "gr4fana", webhooks, ...secrets };
    const { model: _, ...extractOnly } = defaults;
    const asked = settings === "without a model" ? extractOnly : { ...defaults, ...settings };
    service = makeService(asked, all, (line) => logged.push(line));
    await new Promise<void>((resolve) => service.server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(service.server.address() as AddressInfo).port}`;
  };
  // also after a test that failed
  const started: { stop(): void }[] = [];
  afterEach(() => {
    service.server.closeAllConnections();
    service.server.close();
    for (const { stop } of started.splice(0)) stop();
  });
  const standIn = async (complete: ModelStandInOptions["complete"]) => {
    const model = await modelStandIn({ complete });
    started.push(model);
    return model;
  };
  beforeEach(() => {
    logged.length = 0;
    for (const each of [grafana, hook]) each.requests.length = 0;
  });

  const post = async (body: unknown, authorization = "Bearer t0ken") => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${url}/webhook`, { method: "POST", headers: { authorization }, body: text });
    return { status: response.status, text: await response.text() };
  };

  test("answers before the model does, and then leaves an annotation and tells the contact point", async () => {
    const { promise: told, resolve: release } = Promise.withResolvers<void>();
    const model = await standIn(() => told.then(() => completion(answer)));
    await start({ model: { endpoint: model.endpoint, timeout: 2000, retries: 0 } });
    assert.deepEqual(await post(webhook("group")), { status: 202, text: "queued\n" });
    release();
    await service.queue.idle;
    const [, annotation] = grafana.requests;
    assert.equal(annotation?.authorization, "Bearer gr4fana");
    const { time, text, tags } = JSON.parse(annotation?.body ?? "");
    assert.deepEqual([time, tags], [Date.parse(startsAt), ["watchpost-triage", "ContainerUnhealthy", "shop", "web-1"]]);
    assert.match(text, /The shop &lt;b&gt;cannot&lt;\/b&gt; open its database\..*cannot open \/data\/shop\.db/s);
    const [sent] = hook.requests;
    assert.equal(sent?.authorization, "Bearer h00k");
    const { title, message, triage } = JSON.parse(sent?.body ?? "");
    assert.match(title, /^Triage: ContainerUnhealthy/);
    assert.match(message, /Likely cause \(medium confidence\): The database is missing\./);
    assert.equal(triage.by, "stand-in");
  });

  test("with no model, no Prometheus and no Loki still tells what there is", async () => {
    await start({ loki: nowhere });
    await post(webhook("group"));
    await service.queue.idle;
    const { message } = JSON.parse(hook.requests[0]?.body ?? "");
    assert.match(message, /shop-web is unhealthy/);
    assert.match(message, /no model judged this: .*\/v1\/models/);
    assert.match(message, /not to be had: log lines: .*\/loki\/api\/v1\/query_range/);
    assert.match(logged.join("\n"), /triaged group by the extract/);
    assert.equal(service.counters.get("fallbacks_total"), 1);
  });

  test("of 1,000 groups at once answers each at once, keeps three, and goes on", async () => {
    const { promise: over, resolve: release } = Promise.withResolvers<void>();
    const model = await standIn(() => over.then(() => completion(answer)));
    await start({ model: { endpoint: model.endpoint, timeout: 120_000, retries: 0 } });
    const answers: string[] = [];
    for (let index = 0; index < 1000; index += 20)
      answers.push(
        ...(await Promise.all(Array.from({ length: 20 }, (_, n) => post(webhook(`group ${index + n}`))))).map(
          ({ text }) => text.trim(),
        ),
      );
    const dropped = answers.filter((each) => each === "full").length;
    // one is worked on, and three wait
    assert.deepEqual([dropped, answers.filter((each) => each === "queued").length], [996, 4]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    assert.match(metrics, /watchpost_triage_groups_received_total 1000\n/);
    assert.match(metrics, new RegExp(`watchpost_triage_groups_dropped_total ${dropped}\n`));
    release();
    await service.queue.idle;
    assert.equal((await post(webhook("later"))).text, "queued\n");
    await service.queue.idle;
  });

  test("takes a group of 1,000 alerts as one, and keeps 20 of them", async () => {
    await start();
    assert.equal((await post(webhook("group", {}, 1000))).status, 202);
    await service.queue.idle;
    assert.match(JSON.parse(hook.requests[0]?.body ?? "").title, /\(and 19 more\)/);
  });

  test("without a model configured falls back from nothing", async () => {
    await start("without a model");
    await post(webhook("group"));
    await service.queue.idle;
    const metrics = await (await fetch(`${url}/metrics`)).text();
    assert.match(metrics, /watchpost_triage_fallbacks_total 0\n/);
    assert.match(metrics, /watchpost_triage_triaged_by_extract_total 1\n/);
    assert.match(metrics, /watchpost_triage_duration_seconds_bucket\{le="1"\} 1\n[\s\S]*le="\+Inf"\} 1\n/);
    assert.match(metrics, /watchpost_triage_duration_seconds_count 1\n?/);
  });

  test("takes a group that is told again for a duplicate", async () => {
    await start();
    assert.equal((await post(webhook("group"))).text, "queued\n");
    await service.queue.idle;
    assert.deepEqual(await post(webhook("group")), { status: 200, text: "duplicate\n" });
    assert.equal(hook.requests.length, 1);
  });

  test("leaves what is over alone", async () => {
    await start();
    assert.deepEqual(await post(webhook("group", { status: "resolved" })), { status: 200, text: "nothing fires\n" });
  });

  test("takes an alert without labels, annotations and start", async () => {
    await start();
    const bare = { labels: undefined, annotations: null, startsAt: "yesterday" };
    assert.equal((await post(webhook("group", bare))).status, 202);
    await service.queue.idle;
    assert.match(JSON.parse(hook.requests[0]?.body ?? "").message, /unnamed: without labels/);
  });

  for (const [what, body, status, says] of [
    ["no JSON", "alert!", 400, /no JSON/],
    ["another program's", { action: "push" }, 400, /groupKey and alerts, got an object with the keys action/],
    ["a list", [], 400, /got a list/],
    ["a number", 4, 400, /got a number/],
    ["alerts that are no list", { groupKey: "a", alerts: {} }, 400, /expected Grafana's webhook body/],
    ["a body that is too large", "x".repeat(mostBytes + 1), 413, /at most \d+ bytes/],
  ] as const)
    test(`refuses ${what}`, async () => {
      await start();
      const answered = await post(body);
      assert.equal(answered.status, status);
      assert.match(answered.text, says);
      assert.equal(service.counters.get("requests_refused_total"), 1);
      assert.equal((await post(webhook("group"))).status, 202);
      await service.queue.idle;
    });

  test("refuses a wrong token, other paths and other methods", async () => {
    await start();
    assert.equal((await post(webhook("group"), "Bearer wrong")).status, 401);
    assert.equal((await post(webhook("group"), "")).status, 401);
    assert.equal((await fetch(`${url}/webhook`)).status, 405);
    assert.equal((await fetch(`${url}/other`)).status, 404);
    assert.equal((await fetch(`${url}/health`)).status, 200);
    assert.equal(service.queue.length, 0);
  });

  test("a contact point that does not answer keeps nobody else, and its URL out of the journal", async () => {
    const dead = { name: "dead", url: `${nowhere}/s3cret-path` };
    await start({ grafana: nowhere }, { webhooks: [dead, { name: "ops", url: `${hook.url}/hook` }] });
    await post(webhook("group"));
    await service.queue.idle;
    assert.equal(hook.requests.length, 1);
    assert.equal(service.counters.get("deliveries_failed_total"), 2);
    assert.match(logged.join("\n"), /level=warn webhook of dead: no answer/);
    assert.doesNotMatch(logged.join("\n"), /s3cret/);
  });
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { type CommandError, run } from "../../toolchain/command.ts";
import { parseOptions, UsageError } from "../../triage/options.ts";
import { completion, modelStandIn } from "../stand-ins/model-server.ts";
import { httpSink } from "./http-sink.ts";

const startsAt = new Date(Date.now() - 60_000).toISOString();
const firing = (alertname: string, service: string) => ({
  labels: { alertname, service, host: "web-1", container: `${service}-web` },
  annotations: { summary: `${service}-web is unhealthy` },
  startsAt,
});
const alerts = [firing("ContainerUnhealthy", "shop"), firing("ContainerUnhealthy", "mill"), firing("Watchdog", "x")];
const logs = {
  data: {
    result: [
      { stream: { container: "shop-web" }, values: [[`${Date.parse(startsAt)}000000`, "cannot open, token=abc123"]] },
    ],
  },
};
const answer = JSON.stringify({
  summary: "It cannot open its file.",
  cause: "A file is missing.",
  confidence: "low",
  citations: [{ number: 2, quote: "cannot open" }],
  checks: [],
});

describe("npm run triage", () => {
  let grafana: Awaited<ReturnType<typeof httpSink>>;
  let loki: Awaited<ReturnType<typeof httpSink>>;
  let model: Awaited<ReturnType<typeof modelStandIn>>;
  before(async () => {
    grafana = await httpSink({ "/api/alertmanager/grafana/api/v2/alerts": alerts, "/api/annotations": [] });
    loki = await httpSink({ "/loki/api/v1/query_range": logs, "/api/v1/query": { data: { result: [] } } });
    model = await modelStandIn({ complete: () => completion(answer) });
  });
  after(() => {
    for (const each of [grafana, loki, model]) each.stop();
  });
  beforeEach(() => {
    model.asked.length = 0;
  });

  const triage = (...args: string[]) => {
    const where = ["--loki", loki.url, "--prometheus", loki.url, "--grafana", grafana.url];
    const program = join(import.meta.dirname, "../../triage/main.ts");
    const env = { ...process.env, WATCHPOST_GRAFANA_TOKEN: "gr4fana", WATCHPOST_MODEL_KEY: "k3y" };
    return run(process.execPath, [program, ...where, ...args], { env, timeout: 60_000 });
  };

  test("triages each group of alerts, but the Watchdog", async () => {
    const said = await triage();
    assert.match(said, /shop-web is unhealthy[\s\S]*mill-web is unhealthy/);
    assert.match(said, /The first of the errors \[2\]: "cannot open, token=<secret>"/);
    assert.doesNotMatch(said, /Watchdog|abc123/);
    assert.equal(grafana.requests[0]?.authorization, "Bearer gr4fana");
    assert.equal(model.asked.length, 0);
  });

  test("asks the model about those that are meant", async () => {
    const said = await triage(
      "--service",
      "shop",
      "--alert",
      "ContainerUnhealthy",
      "--endpoint",
      model.endpoint,
      "--json",
    );
    const [result, ...others] = said
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual([result.by, result.cause, others.length], ["stand-in", "A file is missing.", 0]);
    assert.ok(model.asked.every(({ authorization }) => authorization === "Bearer k3y"));
  });

  test("with --dry-run prints exactly what it would send, and sends nothing", async () => {
    const args = ["--service", "shop", "--endpoint", model.endpoint, "--json"];
    const dry = JSON.parse(await triage(...args, "--dry-run"));
    assert.equal(model.asked.filter(({ path }) => path.endsWith("/completions")).length, 0);
    await triage(...args);
    const [sent] = model.asked.filter(({ path }) => path.endsWith("/completions"));
    assert.deepEqual(dry.messages, sent?.body.messages);
    assert.doesNotMatch(JSON.stringify(dry), /abc123/);
  });

  test("without a model that answers tells the extract, and is no failure", async () => {
    const said = await triage("--service", "shop", "--endpoint", "http://127.0.0.1:9/v1");
    assert.match(said, /no model judged this/);
  });

  test("says in one line that Grafana does not answer", async () => {
    await assert.rejects(triage("--grafana", "http://127.0.0.1:9"), ({ message }: CommandError) => {
      assert.match(message, /exited 1:\ntriage: http:\/\/127\.0\.0\.1:9\/api\/alertmanager/);
      return message.split("\n").length === 2;
    });
  });
});

describe("its options", () => {
  test("are read", () => {
    const { since, dryRun, loki } = parseOptions([
      "--since",
      "2h",
      "--dry-run",
      "--loki",
      "http://l/",
      "--prometheus",
      "http://p",
    ]);
    assert.deepEqual([since, dryRun, loki], [7_200_000, true, "http://l"]);
  });

  for (const [args, says] of [
    [["--since", "soon"], /--since: expected a duration .* got soon/],
    [["--since", "9d"], /--since: expected a duration up to 7d/],
    [["--endpoint", "vllm:8000"], /--endpoint: expected a URL/],
    [["--loki", "http://l"], /--loki and --prometheus together/],
    [["--grafana", "http://g"], /--grafana: expected --loki/],
    [["--context", "many"], /--context: expected a number/],
    [["--alerts"], /Unknown option '--alerts'/],
  ] as const)
    test(`${args.join(" ")} is refused`, () => {
      assert.throws(
        () => parseOptions([...args]),
        (error: Error) => error instanceof UsageError && says.test(error.message),
      );
    });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { maskWith } from "../../triage/mask.ts";
import { type Model, openModel } from "../../triage/model.ts";
import type { ModelSettings } from "../../triage/settings.ts";
import { triage } from "../../triage/triage.ts";
import { type Asked, completion, type ModelStandInOptions, modelStandIn } from "../stand-ins/model-server.ts";
import { line, material } from "./sample.ts";

const mask = maskWith();
const lines = [line("cannot open /data/shop.db for anna@example.org", { level: "error" })];
const answer = JSON.stringify({
  summary: "The shop cannot open its database.",
  cause: "The database is missing.",
  confidence: "medium",
  citations: [{ number: 2, quote: "cannot open /data/shop.db" }],
  checks: [],
});
const limits = { timeout: 2000, retries: 0 };

/** Triages with a server that does as told; gives the triage and what the server was asked. */
const against = async (server: ModelStandInOptions, settings: Partial<ModelSettings> = {}, found = material(lines)) => {
  const { endpoint, asked, stop } = await modelStandIn(server);
  try {
    const result = await triage(found, mask, () => openModel({ endpoint, ...limits, ...settings }));
    return { result, asked, completions: asked.filter(({ path }) => path.endsWith("/completions")) };
  } finally {
    stop();
  }
};

const always = (content: string, finish?: string) => ({ complete: () => completion(content, finish) });

/** The extract stands in, and says why. */
const standsIn = ({ by, notes, summary, cause }: Awaited<ReturnType<typeof triage>>, why: RegExp) => {
  assert.equal(by, null);
  assert.match(notes[0] ?? "", why);
  assert.match(summary, /shop-web of shop on web-1 is unhealthy/);
  assert.match(cause, /cannot open \/data\/shop\.db/);
};

describe("a model that answers", () => {
  test("is asked once, with its key, and without what is masked", async () => {
    const { result, completions } = await against(always(answer), { apiKey: "k3y" });
    assert.equal(result.by, "stand-in");
    assert.equal(result.cause, "The database is missing.");
    assert.deepEqual(result.tokens, { prompt: 100, answer: 20 });
    const [asked] = completions;
    assert.equal(completions.length, 1);
    assert.equal(asked?.authorization, "Bearer k3y");
    assert.equal(asked?.body.response_format?.type, "json_schema");
    const sent = JSON.stringify(asked?.body.messages);
    assert.match(sent, /cannot open \/data\/shop\.db for <mail>/);
    assert.doesNotMatch(sent, /example\.org/);
  });

  test("gets as much evidence as its context holds", async () => {
    const many = material(
      Array.from({ length: 3000 }, (_, index) => line(`${"y".repeat(index % 300)}${index % 7} failed`)),
    );
    const size = async (context: number) => {
      const { completions } = await against({ models: { small: context }, ...always(answer) }, {}, many);
      return completions[0]?.body.messages?.[1]?.content.length ?? 0;
    };
    const [small, large] = [await size(4096), await size(16_384)];
    assert.ok(small < 4096 * 2.5 && large > 2 * small, `${small}, ${large}`);
  });

  test("that takes only llama.cpp's form of a schema is asked in that", async () => {
    const complete = ({ body }: Asked) =>
      body.response_format?.type === "json_object"
        ? completion(answer)
        : // as llama-cpp-python 0.3 answers
          {
            status: 500,
            body: {
              error: { message: "('body', 'response_format', 'type'): Input should be 'text' or 'json_object'" },
            },
          };
    const { result, completions } = await against({ complete });
    assert.equal(result.by, "stand-in");
    assert.deepEqual(
      completions.map(({ body }) => body.response_format?.type),
      ["json_schema", "json_object"],
    );
  });

  test("that finds the prompt too long is asked again with less", async () => {
    let first = true;
    const complete = () => {
      if (!first) return completion(answer);
      first = false;
      return { status: 400, body: { error: { message: "This model's maximum context length is 8192 tokens" } } };
    };
    const many = material([
      ...lines,
      ...Array.from({ length: 200 }, (_, index) => line(`${"y".repeat(index)} failed`)),
    ]);
    const { result, completions } = await against({ complete }, {}, many);
    const [before = 0, after = 0] = completions.map(({ body }) => body.messages?.[1]?.content.length);
    assert.equal(result.by, "stand-in");
    assert.ok(after < before, `${after} < ${before}`);
  });

  test("that is busy is asked again", async () => {
    let tries = 0;
    const complete = () => {
      tries += 1;
      return tries < 2 ? { status: 503, body: "busy" } : completion(answer);
    };
    const { result } = await against({ complete }, { retries: 1 });
    assert.equal(result.by, "stand-in");
  });
});

describe("a model that does not answer: the extract stands in, and says why", () => {
  test("nobody listens there", async () => {
    const open = () => openModel({ endpoint: "http://127.0.0.1:9/v1", ...limits });
    standsIn(await triage(material(lines), mask, open), /127\.0\.0\.1:9\/v1\/models: (ECONNREFUSED|bad port)/);
  });

  test("its name does not resolve", async () => {
    const open = () => openModel({ endpoint: "http://vllm.invalid/v1", ...limits });
    standsIn(await triage(material(lines), mask, open), /vllm\.invalid\/v1\/models: E/);
  });

  const cases: Record<string, [ModelStandInOptions, Partial<ModelSettings>, RegExp]> = {
    "the key is wrong": [
      { complete: () => ({ status: 401, body: { error: "Unauthorized" } }) },
      { apiKey: "wr0ng" },
      /refuses the API key.*status 401/,
    ],
    "there is no such model": [always(answer), { model: "llama-70b" }, /has no model llama-70b: it has stand-in/],
    "there are several models, and none is named": [
      { models: { a: 1, b: 2 }, ...always(answer) },
      {},
      /no model that is the only one: it has a, b/,
    ],
    "its answer is no JSON": [always("The disk is full."), {}, /no JSON: "The disk is full\."/],
    "its answer is cut off": [always(answer.slice(0, 50), "length"), {}, /cut off after \d+ tokens/],
    "its answer is of another form": [always('{"answer": 42}'), {}, /lacks summary, cause/],
    "nothing that it cites is there": [
      always(answer.replace('"number":2', '"number":99')),
      {},
      /shows nothing of the evidence \(citation \[99\]: there is no such evidence\)/,
    ],
    "it cites nothing": [
      always(JSON.stringify({ ...JSON.parse(answer), citations: [] })),
      {},
      /shows nothing of the evidence \(no citations\)/,
    ],
    "its answer has no message": [{ complete: () => ({ body: { choices: [] } }) }, {}, /has no message/],
    "the server answers with a page": [{ complete: () => ({ body: "<html>" }) }, {}, /the answer is no JSON/],
    "it takes too long": [{ complete: () => "hang" }, { timeout: 300 }, /no answer within 0\.3 s/],
    "it never stops": [{ complete: () => ({ body: "x".repeat(2 ** 21) }) }, {}, /larger than \d+ bytes/],
    "the server has an error": [{ complete: () => ({ status: 500, body: "oops" }) }, {}, /status 500: oops/],
    "the evidence does not fit": [
      { models: { tiny: 700 }, ...always(answer) },
      {},
      /does not fit into the model's context of 700 tokens/,
    ],
  };
  for (const [what, [server, settings, why]] of Object.entries(cases))
    test(what, async () => {
      const { result } = await against(server, settings);
      standsIn(result, why);
      assert.doesNotMatch(JSON.stringify(result), /wr0ng/);
    });

  for (const what of ["its answer is no JSON", "its answer is cut off", "it cites nothing"])
    test(`${what}: what it cost is told all the same`, async () => {
      const [server = always(""), settings] = cases[what] ?? [];
      const { result } = await against(server, settings);
      assert.deepEqual(result.tokens, { prompt: 100, answer: 20 });
    });

  test("a wrong key is not tried again", async () => {
    const { completions } = await against({ complete: () => ({ status: 401, body: "" }) }, { retries: 3 });
    assert.equal(completions.length, 1);
  });
});

test("an error of our own is not taken for the model's", async () => {
  const open = async (): Promise<Model> => {
    throw new RangeError("a mistake in the program");
  };
  await assert.rejects(triage(material(lines), mask, open), RangeError);
});

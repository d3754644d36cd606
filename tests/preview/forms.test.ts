import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { finder, replacer } from "../../preview/forms.ts";

const odd = `it's a "fish" & \\ 100%\n`;
const base64 = (text: string) => Buffer.from(text).toString("base64");
const quoted = (text: string) => JSON.stringify(text);

describe("the forms of a secret in other text", () => {
  const forms: [string, (text: string) => string][] = [
    ["itself", (text) => `password = ${text}`],
    ["without its last line break", (text) => `password = ${text.trim()};`],
    ["JSON", (text) => quoted({ password: text } as never)],
    ["JSON in JSON", (text) => quoted(quoted(text))],
    ["a query", (text) => `https://example.org/?token=${encodeURIComponent(text)}`],
    ["quotes of a shell", (text) => `echo '${text.replaceAll("'", "'\\''")}'`],
    ["quotes of YAML", (text) => `password: '${text.replaceAll("'", "''")}'`],
    ["base64", base64],
    ["a header of a login", (text) => `Authorization: Basic ${base64(`admin:${text}`)}`],
  ];
  for (const [name, write] of forms)
    test(`are found and replaced: ${name}`, () => {
      const replace = replacer([{ value: odd, text: "encrypted" }]);
      assert.ok(finder(odd, "")(write(odd)));
      assert.equal(replace(write(odd)), write("encrypted"));
      assert.ok(!finder(odd, "")(replace(write(odd))));
    });

  test("of a key are its lines too, but not those of every key", () => {
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
    const isIn = finder(key, "");
    assert.ok(isIn("  b3BlbnNzaC1rZXktdjEAAAAA"));
    assert.ok(!isIn("-----BEGIN OPENSSH PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n"));
  });

  test("of a short one are whole words, and of one of three letters none", () => {
    const replace = replacer([
      { value: "fish", text: "withheld" },
      { value: "abc", text: "withheld" },
    ]);
    assert.equal(replace("fish, fisher and starfish eat abc"), "withheld, fisher and starfish eat abc");
  });

  test("of the longer of two are taken first", () => {
    const replace = replacer([
      { value: "swordfish", text: "short" },
      { value: "swordfish-of-hook", text: "long" },
    ]);
    assert.equal(replace("swordfish-of-hook swordfish"), "long short");
  });

  test("tell nothing where everybody reads the same", () => {
    assert.ok(!finder("watchpost@example.org", "from: watchpost@example.org")("to watchpost@example.org"));
  });
});

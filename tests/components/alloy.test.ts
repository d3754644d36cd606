import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { alloyConfig } from "../../components/alloy/config.ts";
import { block, component, ref, renderAlloy } from "../../components/alloy/syntax.ts";
import { scrapeJobs } from "../../components/scrape/jobs.ts";
import { configWith } from "../config/sample.ts";

describe("Alloy's syntax", () => {
  const values: [string, Parameters<typeof block>[1], string][] = [
    ["text is quoted", { a: 'say "hi"\n\t\\d {x}' }, 'a = "say \\"hi\\"\\n\\t\\\\d {x}"'],
    ["a reference is not", { a: ref("loki.write.server.receiver") }, "a = loki.write.server.receiver"],
    ["numbers and booleans are not", { a: 0, b: true }, "a = 0\n\tb = true"],
    ["lists nest", { a: [["x"], [], [ref("y.z")]] }, 'a = [["x"], [], [y.z]]'],
    [
      "keys of objects are quoted where they are no names",
      { a: { __b__: "1", "c-d": "2" } },
      'a = {__b__ = "1", "c-d" = "2"}',
    ],
    ["undefined is left out", { a: undefined, b: "x" }, 'b = "x"'],
  ];
  for (const [what, attributes, text] of values)
    test(what, () => assert.equal(renderAlloy([block("x", attributes)]), `x {\n\t${text}\n}\n`));

  test("blocks nest after the attributes, components have a label", () => {
    const inner = block("inner", {}, [block("innermost", { a: 1 })]);
    assert.equal(
      renderAlloy([component("a.b", "c", { d: 2 }, [inner]), block("e")]),
      'a.b "c" {\n\td = 2\n\tinner {\n\t\tinnermost {\n\t\t\ta = 1\n\t\t}\n\t}\n}\n\ne {\n}\n',
    );
  });
});

describe("Alloy's config", () => {
  const config = configWith({
    loki: { listen: "127.0.0.1:3199" },
    prometheus: { listen: "127.0.0.1:9099" },
    scrape: { app: { targets: ["127.0.0.1:1"] }, "app-2": { targets: ["127.0.0.1:2"] } },
  });
  const text = alloyConfig(config, { host: "web", jobs: scrapeJobs(config, "web") });
  const components = [...text.matchAll(/^([a-z_.]+) "([^"]+)" \{$/gm)].map(([, name, label]) => `${name}.${label}`);

  test("has each component once, under a name that Alloy takes", () => {
    assert.equal(new Set(components).size, components.length);
    for (const name of components) assert.match(name, /^[a-z_0-9.]+$/);
  });

  test("refers to nothing that it does not have", () => {
    const used = [
      ...text.matchAll(
        /\b((?:loki|prometheus|discovery)\.[a-z_]+(?:\.[a-z_0-9]+)+)\.(?:receiver|targets|output|rules)\b/g,
      ),
    ];
    assert.ok(used.length > 5);
    for (const [reference, name = ""] of used) assert.ok(components.includes(name), reference);
  });

  test("sends logs and metrics to where the pod listens", () => {
    assert.ok(text.includes('url = "http://127.0.0.1:3199/loki/api/v1/push"'));
    assert.ok(text.includes('url = "http://127.0.0.1:9099/api/v1/write"'));
  });

  test("never gives a line up", () => assert.match(text, /max_backoff_retries = 0$/m));

  test("calls the host by its name", () => assert.ok(text.includes('external_labels = {host = "web"}')));
});

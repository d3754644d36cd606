import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encryptedPaths } from "../../config/encrypted.ts";
import { ConfigError, type Problem } from "../../config/errors.ts";
import { readConfig } from "../../config/read.ts";
import { hosts, raw } from "./sample.ts";

const secure = "v1:c2FsdA==:dGV4dA==";
const smtp = { host: "smtp.example.org:587", from: "ops@example.org" };

const problems = (values: Record<string, unknown>, encrypted: string[]): Problem[] => {
  try {
    readConfig(raw({ hosts, ...values }), encrypted);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.doesNotMatch(error.message, /swordf/);
    return error.problems;
  }
};

test("a stack's file says what is encrypted, in objects, in lists and by itself", () => {
  const file = {
    "watchpost:hosts": { web: { ...hosts.web, jump: [{ address: "192.0.2.30", privateKey: { secure } }] } },
    "watchpost:watch": { emails: ["ops@example.org", { secure }] },
    "watchpost:deleteData": { secure },
    "other:token": { secure },
  };
  assert.deepEqual(encryptedPaths(file), ["hosts.web.jump.0.privateKey", "watch.emails.1", "deleteData"]);
});

describe("an encrypted value is not shown by its mistake", () => {
  const cases: [what: string, values: Record<string, unknown>, path: string, message: RegExp][] = [
    ["of its form", { alerting: { smtp: { ...smtp, host: "swordfish" } } }, "alerting.smtp.host", /, got another$/],
    [
      "between values",
      {
        grafana: {
          rootUrl: "https://g.example.org/",
          login: { url: "https://a.example.org/", allowedGroups: ["swordfish"] },
        },
      },
      "grafana.login.allowedGroups.0",
      /got "\[secret\]"/,
    ],
    [
      "of what it stands in",
      { alerting: { contactPoints: [{ webhook: { url: "swordfish" } }] } },
      "alerting.contactPoints.0.webhook.url",
      /./,
    ],
  ];
  for (const [what, values, path, message] of cases)
    test(what, () => {
      const [first] = problems(values, [path]);
      assert.match(first?.message ?? "", message);
    });

  test("of a whole section", () => {
    const found = problems({ triage: { endpoint: "swordfish" } }, ["triage"]);
    assert.deepEqual(found, [
      { path: "triage.endpoint", message: "expected a URL such as https://vllm.example.org/v1, got another" },
    ]);
  });
});

describe("what cannot stay secret is refused", () => {
  const watch = { ...hosts.web, address: "192.0.2.20", role: "watch" };
  const both = { hosts: { web: { ...hosts.web, address: "swordfish.example.org" }, watch } };

  test("an image, which stands in a quadlet", () => {
    const [problem] = problems({ loki: { image: "docker.io/x/swordfish:1" } }, ["loki.image"]);
    assert.equal(problem?.path, "loki.image");
    assert.match(
      problem?.message ?? "",
      /^is encrypted, and would stand in plain text in .*: set it without --secret$/,
    );
  });

  test("its other mistakes are not said: they would only tell of it", () => {
    const found = problems({ logs: { drop: { cut: { match: "swordf[ish" } } } }, ["logs.drop.cut.match"]);
    assert.deepEqual(
      found.map(({ path }) => path),
      ["logs.drop.cut.match"],
    );
  });

  test("the address of a host that another one watches", () => {
    const of = (values: Record<string, unknown>, path: string) =>
      problems(values, [path]).find((one) => one.path === path);
    assert.match(of(both, "hosts.web.address")?.message ?? "", /in the files of the host that watches it/);
    assert.equal(of({ hosts: { web: both.hosts.web } }, "hosts.web.address"), undefined);
    assert.equal(of(both, "hosts.watch.address"), undefined);
  });
});

describe("a URL with a login in it is refused, with the key to use, and not shown", () => {
  const url = "https://ops:swordfish@example.org/";
  const cases: [path: string, values: Record<string, unknown>, key: RegExp][] = [
    ["triage.endpoint", { triage: { endpoint: url } }, /belongs into apiKey/],
    [
      "alerting.contactPoints.ops.webhook.url",
      { alerting: { contactPoints: { ops: { webhook: { url } } } } },
      /belongs into token/,
    ],
    ["watch.webhook.url", { watch: { webhook: { url } } }, /belongs into token/],
    ["services.shop.health", { services: { shop: { health: url } } }, /without a login/],
    ["services.shop.url", { services: { shop: { url } } }, /without a login/],
    ["grafana.rootUrl", { grafana: { rootUrl: url } }, /without a login/],
    ["alerting.repository", { alerting: { repository: url } }, /without a login/],
  ];
  for (const [path, values, key] of cases)
    test(path, () => {
      const [problem] = problems(values, []);
      assert.equal(problem?.path, path);
      assert.match(problem?.message ?? "", key);
    });
});

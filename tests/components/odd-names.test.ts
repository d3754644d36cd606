import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { RE2JS } from "re2js";
import { alloyConfig } from "../../components/alloy/config.ts";
import { expectedOf } from "../../components/canary/expected.ts";
import { storeQuestions } from "../../components/canary/stores.ts";
import { rateLimits } from "../../components/journal/journald.ts";
import { serviceRules } from "../../components/scrape/service-labels.ts";
import { configWith } from "../config/sample.ts";
import { parseLogql } from "../queries/logql.ts";
import { parsePromql } from "../queries/promql.ts";

// as Active Directory, LDAP, Debian's adduser and systemd's escapes make them
const users = ["jürgen", "CORP\\jane", "alice@corp.example", "John.Doe", "a+b$"];
const units = ["systemd-fsck@dev-disk-by\\x2dlabel-data.service", "wg-quick@my\\x2dvpn.service"];

const config = configWith({
  services: {
    ...Object.fromEntries(users.map((user, index) => [`of-${index}`, { user, rateLimit: { burst: 500 } }])),
    ...Object.fromEntries(units.map((unit, index) => [`unit-${index}`, { units: [unit], rateLimit: { burst: 500 } }])),
    parts: { user: users[1], units, containers: ["web"] },
  },
  logs: { drop: Object.fromEntries([...users].map((user, index) => [`of-${index}`, { user, match: "ping" }])) },
});

/** What relabelling makes of labels: the rules in their order, each on the whole value. */
const serviceOf = (labels: Record<string, string>): string => {
  let service = "";
  for (const { source_labels = [], regex = "(.*)", replacement = "$1" } of serviceRules(config)) {
    const value = source_labels.map((label) => labels[label] ?? "").join(";");
    if (RE2JS.compile(regex).matches(value)) service = replacement;
  }
  return service;
};

describe("names that are on hosts already", () => {
  for (const [index, user] of users.entries())
    test(`${user} is known by its labels, and no neighbour is taken for it`, () => {
      const labels = { unit: "x.service", container: "x" };
      assert.equal(serviceOf({ ...labels, user }), `of-${index}`);
      for (const other of [`${user}x`, `x${user}`, user.replace(/[.$@\\+]/, "x")].filter((other) => other !== user))
        assert.equal(serviceOf({ ...labels, user: other }), "undeclared");
    });

  for (const [index, unit] of units.entries())
    test(`${unit} is known by its labels, the system's and a user's`, () => {
      assert.equal(serviceOf({ user: "root", unit }), `unit-${index}`);
      assert.equal(serviceOf({ user: users[1] ?? "", unit }), "parts");
      assert.equal(serviceOf({ user: "root", unit: unit.replace("\\x2d", "-") }), "");
    });

  test("are asked for in Prometheus and Loki as they are", () => {
    const expected = expectedOf(config, "web");
    const asked = (storeQuestions(expected, config, "web").bodies ?? []).map(({ path }) =>
      new URLSearchParams(path.split("?")[1]).get("query"),
    );
    for (const query of asked) {
      assert.ok(query);
      const { errors } = /^\{.*source=/.test(query) ? parseLogql(query) : parsePromql(query);
      assert.deepEqual(errors, [], query);
    }
    const [, pattern = ""] = /user=~("(?:[^"\\]|\\.)*")/.exec(asked.join("\n")) ?? [];
    const matches = RE2JS.compile(JSON.parse(pattern));
    for (const user of users) assert.ok(matches.matches(user), user);
    assert.ok(!matches.matches("JohnxDoe"));
  });

  test("are in Alloy's config in LogQL in its strings", () => {
    const selectors = [
      ...alloyConfig(config, { host: "web", jobs: [] }).matchAll(/selector = ("(?:[^"\\]|\\.)*user=.*")$/gm),
    ];
    const written = selectors.map(([, text = ""]) => JSON.parse(text) as string);
    assert.equal(written.length, users.length);
    for (const selector of written) assert.deepEqual(parseLogql(selector).errors, [], selector);
    const named = written.map((selector) => JSON.parse(/user=("(?:[^"\\]|\\.)*")/.exec(selector)?.[1] ?? '""'));
    assert.deepEqual(named, users);
  });

  test("reach bash as they are where a rate limit is applied", () => {
    const seen = rateLimits(config).map(({ apply }) => {
      const [first = ""] = apply.split("\n");
      return execFileSync("bash", ["-c", `id() { printf '<%s>' "$2"; }\n${first}\nprintf %s $unit`], {
        encoding: "utf8",
      });
    });
    assert.deepEqual(seen, [...users.map((user) => `user@<${user}>.service`), ...units]);
  });
});

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { allRules, offProblems, ruleProblems, selectRules, thresholdProblems } from "../../components/rules/index.ts";
import { limitOf, type Rule, runbookOf } from "../../components/rules/rule.ts";
import { labelsIn } from "../../components/rules/text.ts";
import { thresholds, thresholdValues } from "../../components/thresholds.ts";
import { rulesPage } from "../../docs/rules-page.ts";
import { run } from "../../toolchain/command.ts";
import { type MetricCase, readCases } from "./cases.ts";

const root = join(import.meta.dirname, "../..");
const cases = readCases(root);
const named = (name: string): Rule => allRules.find((rule) => rule.name === name) ?? assert.fail(name);
const withOne = (changes: Partial<Rule>) => [...allRules, { ...named("Watchdog"), ...changes } as Rule];

describe("every rule", () => {
  test("has a name and a uid of its own that Grafana takes", () => assert.deepEqual(ruleProblems(), []));

  test("has a runbook with all that one needs, and there is none without a rule", () => {
    const pages = readdirSync(join(root, "docs/runbooks")).filter((file) => file !== "README.md");
    assert.deepEqual(pages.map((file) => `docs/runbooks/${file}`).sort(), allRules.map(runbookOf).sort());
    for (const rule of allRules) {
      const page = readFileSync(join(root, runbookOf(rule)), "utf8");
      const [title, ...parts] = page.split(/^#+ /m).slice(1);
      assert.equal(title?.trim(), rule.name);
      const heads = parts.map((part) => part.split("\n", 1)[0]);
      assert.deepEqual(heads, ["What it means", "How to confirm", "How to mend"], rule.name);
      for (const part of parts) assert.ok(part.split("\n").slice(1).join("").trim().length > 20, rule.name);
    }
  });

  test("that a runbook names is there", () => {
    const known = new Set(allRules.map(({ name }) => name));
    const settings = new Set([...Object.keys(thresholds), ...known]);
    for (const rule of allRules) {
      const page = readFileSync(join(root, runbookOf(rule)), "utf8");
      for (const [, key = ""] of page.matchAll(/alerting\.(?:thresholds\.|off: \[)(\w+)/g))
        assert.ok(settings.has(key), `${rule.name}: ${key}`);
      for (const [, name = ""] of page.matchAll(/\bsee ([A-Z]\w+[a-z][A-Z]\w+)/gi))
        assert.ok(known.has(name), `${rule.name}: ${name}`);
    }
  });

  test("has a test in which it fires and one in which it stays quiet, in its group's file", () => {
    assert.deepEqual([...cases.keys()].sort(), allRules.map(({ name }) => name).sort());
    for (const { name, group, logs } of allRules) {
      const { file, cases: of } = cases.get(name) ?? assert.fail(name);
      assert.equal(file, `tests/rules/${group}.test.yml`);
      assert.equal("lines" in of.fires, logs === true, name);
    }
  });

  test("stays quiet on what it looks at, not on something else", () => {
    for (const { name, expr, logs } of allRules.filter(({ logs }) => !logs)) {
      assert.equal(logs, undefined);
      const { series } = cases.get(name)?.cases.quiet as MetricCase;
      const metrics = Object.keys(series).map((text) => text.replace(/\{.*/, ""));
      assert.ok(
        metrics.some((metric) => new RegExp(`\\b${metric}\\b`).test(expr)),
        `${name}: ${metrics}`,
      );
    }
  });

  test("names in its texts only labels that its alerts have", () => {
    for (const rule of allRules.filter(({ logs }) => !logs)) {
      const { alert = {}, hostless } = cases.get(rule.name)?.cases.fires as MetricCase;
      const has = new Set(Object.keys(alert).concat(hostless ? [] : ["host"]));
      const lacks = [...labelsIn(rule)].filter((label) => !has.has(label));
      // what a metric of its own has from its scrape, and the test does not tell
      assert.deepEqual(
        lacks.filter((label) => !["job", "instance"].includes(label)),
        [],
        rule.name,
      );
    }
  });

  test("that fires without data says so without a value or a label that would not be there", () => {
    for (const rule of allRules.filter(({ noData, error }) => noData === "Alerting" || error === "Alerting")) {
      assert.deepEqual([...labelsIn(rule)], [], rule.name);
      assert.doesNotMatch(rule.summary + rule.description, /\{value\}/, rule.name);
    }
  });
});

describe("the config chooses", () => {
  test("a rule is off by its name or its uid, all others stay", () => {
    const off = ["SshLoginsRefused", named("CpuStolen").uid];
    const names = selectRules(off).map(({ name }) => name);
    assert.equal(names.length, allRules.length - 2);
    assert.ok(!names.includes("SshLoginsRefused") && !names.includes("CpuStolen"));
    assert.deepEqual(offProblems(off), []);
  });

  test("a rule that is not there is refused, with the nearest name", () => {
    assert.deepEqual(offProblems(["CpuStolen", "SshLoginRefused", "watchpost-unit-faild"]), [
      {
        path: "alerting.off.1",
        message: 'expected the name or uid of a rule, got "SshLoginRefused"; the nearest is SshLoginsRefused',
      },
      {
        path: "alerting.off.2",
        message: 'expected the name or uid of a rule, got "watchpost-unit-faild"; the nearest is watchpost-unit-failed',
      },
    ]);
  });

  test("two rules with one uid or one name are refused, and what Grafana would refuse", () => {
    const paths = (changes: Partial<Rule>) => ruleProblems(withOne(changes)).map(({ path }) => path);
    assert.deepEqual(paths({ name: "Another" }), ["rules.Another.uid"]);
    assert.deepEqual(paths({ uid: "another" }), ["rules.Watchdog.name"]);
    assert.deepEqual(paths({ name: "Another", uid: "x".repeat(41), for: "1.5h" }), [
      "rules.Another.uid",
      "rules.Another.for",
    ]);
  });

  test("a threshold takes the place of the default", () => {
    const rule = named("FileSystemAlmostFull");
    assert.deepEqual(limitOf(rule, thresholdValues({ fileSystemFree: 0.2 })), {
      is: "below",
      value: 0.2,
      unit: "ratio",
    });
    assert.equal(limitOf(named("CpuPressure"), thresholdValues({ fileSystemFree: 0.2 })).value, 0.5);
  });

  test("a threshold out of its unit's range is refused, each with what it is about", () => {
    const problems = thresholdProblems({
      fileSystemFree: 5,
      restarts: 2.5,
      certificateExpires: 0,
      replicationLag: -1,
      cpuPresure: 0.5,
      cpuPressure: 0.9,
      temperature: Number.NaN,
    });
    assert.deepEqual(
      problems.map(({ path, message }) => `${path}: ${message}`),
      [
        "alerting.thresholds.fileSystemFree: expected a share from 0 to 1, the free space of a file system, of its size, got 5; 5% is 0.05",
        "alerting.thresholds.restarts: expected a whole number from 0 to 1000000000, the restarts in 15 minutes that make a loop, got 2.5",
        "alerting.thresholds.certificateExpires: expected days from 1 to 365, the days that a certificate is still valid, got 0",
        "alerting.thresholds.replicationLag: expected seconds from 0 to 31536000 (365d), the time since zrepl's last successful replication, got -1",
        "alerting.thresholds.cpuPresure: is not a threshold that Watchpost knows; the nearest is cpuPressure",
        "alerting.thresholds.temperature: expected degrees Celsius from 20 to 120, the temperature of a chip, got NaN",
      ],
    );
  });

  test("the defaults themselves are in range, and each is some rule's", () => {
    const defaults = Object.fromEntries(Object.entries(thresholds).map(([key, { value }]) => [key, value]));
    assert.deepEqual(thresholdProblems(defaults), []);
    const used = new Set(
      allRules.map(({ above, below }) => above ?? below).filter((limit) => typeof limit === "string"),
    );
    assert.deepEqual([...used].sort(), Object.keys(thresholds).sort());
  });
});

describe("npm run rules", () => {
  const rules = (...args: string[]) => run(process.execPath, ["docs/rules.ts", ...args], { cwd: root });

  test("docs/rules.md is what it prints", async () => {
    const page = readFileSync(join(root, "docs/rules.md"), "utf8");
    assert.equal(page, rulesPage(allRules), "npm run rules -- --write brings it up to date");
    assert.equal(await rules(), page);
  });

  test("--json prints one object a line, with nothing missing", async () => {
    const lines = (await rules("--json")).trim().split("\n");
    const objects = lines.map((line): Record<string, string | null> => JSON.parse(line));
    assert.equal(objects.length, allRules.length);
    const keys = ["uid", "name", "group", "severity", "for", "runbook", "firingTest", "quietTest"];
    for (const object of objects) {
      assert.deepEqual(Object.keys(object), keys);
      assert.ok(Object.values(object).every(Boolean), JSON.stringify(object));
    }
  });
});

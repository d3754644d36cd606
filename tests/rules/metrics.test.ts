import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { selectRules } from "../../components/rules/index.ts";
import { prometheusRules } from "../../components/rules/prometheus.ts";
import { thresholdValues } from "../../components/thresholds.ts";
import { findCached } from "../../toolchain/cache.ts";
import { run } from "../../toolchain/command.ts";
import { buildKey } from "../../toolchain/go-build.ts";
import { recipes } from "../../toolchain/recipes.ts";
import { readCases } from "./cases.ts";
import { promtoolTests, ruleForTest } from "./promtool.ts";

const built = await findCached(buildKey(recipes.prometheus));
const skip =
  built === undefined &&
  `prometheus ${recipes.prometheus.version} is not in the toolchain's cache: npm run demo builds it`;

const cases = readCases(join(import.meta.dirname, "../.."));
const rules = selectRules().filter(({ logs }) => !logs);

describe("the rules over metrics", { skip }, () => {
  let folder: string;
  const promtool = (...args: string[]) => run(join(built ?? "", "promtool"), args, { cwd: folder });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-rules-"));
    await writeFile(join(folder, "all.yml"), prometheusRules(rules, thresholdValues()));
  });
  after(() => rm(folder, { recursive: true }));

  test("promtool finds nothing wrong with them, and no two alike", async () => {
    await promtool("check", "rules", "--lint=all", "--lint-fatal", "all.yml");
  });

  for (const rule of rules) {
    const found = cases.get(rule.name)?.cases;
    test(`${rule.name} fires when it should, and then only`, async () => {
      if (!found || "lines" in found.fires || "lines" in found.quiet)
        throw new Error(
          `tests/rules/${rule.group}.test.yml: expected ${rule.name} with series that fire and series that do not`,
        );
      const { fires, quiet } = found;
      const [ruleFile, testFile] = [`${rule.uid}.yml`, `${rule.uid}.test.yml`];
      await writeFile(join(folder, ruleFile), ruleForTest(rule));
      await writeFile(join(folder, testFile), promtoolTests(rule, ruleFile, { fires, quiet }));
      await promtool("test", "rules", testFile);
    });
  }
});

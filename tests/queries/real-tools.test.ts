import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { stringify } from "yaml";
import { findCached } from "../../toolchain/cache.ts";
import { run } from "../../toolchain/command.ts";
import { buildKey } from "../../toolchain/go-build.ts";
import { recipes } from "../../toolchain/recipes.ts";
import { Loki } from "../rules/loki.ts";
import { allQueries } from "./all-queries.ts";
import { filledIn } from "./placeholders.ts";

const queries = allQueries();
const missing = (name: "prometheus" | "loki") =>
  `${name} ${recipes[name].version} is not in the toolchain's cache: npm run demo builds it`;

const prometheus = await findCached(buildKey(recipes.prometheus));
const loki = await findCached(buildKey(recipes.loki));

// a parser takes what the engine does not: a rate of a rate, a sum of a text
describe("Prometheus itself takes every query", { skip: prometheus === undefined && missing("prometheus") }, () => {
  let folder = "";
  const check = async (exprs: string[]) => {
    const file = join(folder, "queries.yml");
    const rules = exprs.map((expr, index) => ({ record: `query_${index}`, expr }));
    await writeFile(file, stringify({ groups: [{ name: "queries", rules }] }, { lineWidth: 0 }));
    return run(join(prometheus ?? "", "promtool"), ["check", "rules", file]);
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-queries-"));
  });
  after(() => rm(folder, { recursive: true }));

  test("in PromQL", async () => {
    await check(queries.filter(({ language }) => language === "promql").map(({ expr }) => filledIn(expr)));
  });
  test("and refuses a wrong one, so that its word counts", () => assert.rejects(check(["rate(sum(up))"])));
});

describe("Loki itself takes every query", { skip: loki === undefined && missing("loki") }, () => {
  const server = new Loki();
  // lines are asked for over a range only: they are counted here
  const asNumber = (expr: string) => (expr.startsWith("{") ? `count_over_time(${expr} [1m])` : expr);
  before(() => server.start(join(loki ?? "", "loki")));
  after(() => server.stop());

  test("in LogQL", async () => {
    const refused: string[] = [];
    for (const { where, expr, language } of queries)
      if (language === "logql")
        await server
          .query(asNumber(filledIn(expr)))
          .catch((error: Error) => refused.push(`${where}: ${error.message}`));
    assert.deepEqual(refused, []);
  });
  test("and refuses a wrong one, so that its word counts", () =>
    assert.rejects(server.query('sum by (a) ({host="web"})')));
});

import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Awk, awks } from "./awks.ts";
import { type Fixture, fixturesOf, programs } from "./fixtures.ts";
import { validateModule } from "./module.ts";
import { checkMetrics, promtool } from "./promtool.ts";

const takesBefore = ["known", "zpool-status"];
const ofMetrics = ["containers", "units", "zpool-list", "zpool-status"];

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "watchpost-collector-"));
});
after(() => rm(folder, { recursive: true }));

const answer = async (awk: Awk, program: string, fixture: Fixture): Promise<string> => {
  const input = join(folder, "input");
  const earlier = join(folder, "before");
  await writeFile(input, fixture.input);
  await writeFile(earlier, fixture.before ?? "");
  return awk.run(`${program}.awk`, [...(takesBefore.includes(program) ? ["before=1", earlier, "before="] : []), input]);
};

test("every program that reads what a host says has fixtures", async () => {
  const files = await readdir(resolve(import.meta.dirname, "../../../components/collector/programs"));
  const all = files.filter((file) => file.endsWith(".awk")).map((file) => file.replace(/\.awk$/, ""));
  // one prints what is about the run itself, one reads many files: collect.test.ts, join.test.ts
  assert.deepEqual(programs, all.filter((program) => !["looks", "join"].includes(program)).sort());
});

for (const awk of awks)
  describe(awk.name, { skip: awk.skip }, () => {
    for (const program of programs)
      for (const fixture of fixturesOf(program))
        test(`${program}: ${fixture.name}`, async () => {
          const text = await answer(awk, program, fixture);
          assert.equal(text.replaceAll(/^#.*\n/gm, ""), fixture.expected, fixture.source);
        });

    test("a fleet: 1,000 containers in one table, none of it cut", async () => {
      const row = (index: number) =>
        `containers\tshop\t${String(index).padStart(64, "0")}\tc${index}\trunning\tUp\t0\t1\t0\t0\tfalse\t\timage\tc${index}.service`;
      const input = `${Array.from({ length: 1000 }, (_, index) => row(index)).join("\n")}\n`;
      const text = await answer(awk, "containers", { name: "", source: "", before: "", input, expected: "" });
      assert.equal(text.match(/^podman_container_state\{/gm)?.length, 1000);
    });
  });

describe("promtool", { skip: promtool.skip }, () => {
  const [mawk] = awks;
  for (const program of ofMetrics)
    for (const fixture of fixturesOf(program))
      test(`takes ${program}: ${fixture.name}`, async () => {
        assert.ok(mawk);
        await checkMetrics(await answer(mawk, program, fixture));
      });

  test("refuses what is no metric, so that its word counts", () =>
    assert.rejects(checkMetrics('a{user="x"y"} 1\n'), /error while linting|parsing error|unexpected/));
});

describe("alloy", { skip: validateModule.skip }, () => {
  for (const fixture of fixturesOf("names-module"))
    test(`takes names-module: ${fixture.name}`, () => validateModule.run(folder, fixture.expected));

  test("refuses a broken module, so that its word counts", () =>
    assert.rejects(validateModule.run(folder, 'declare "log_users" { nonsense "x" { } }')));
});

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type Awk, awks } from "./awks.ts";

const accounts = "shop:x:1001:1001::/home/shop:/bin/sh\nCORP\\jane:x:1002:1002::/:/bin/sh\n";
const users = ["user\t1001\tshop", "user\t1002\tCORP\\jane"];
const times = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index));

/** The rows of looks, given by user id and read in their order, without those of the accounts. */
const rowsOf = async (t: TestContext, awk: Awk, looks: Record<string, string[]>) => {
  const folder = await mkdtemp(join(tmpdir(), "watchpost-join-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "accounts"), accounts);
  for (const [uid, lines] of Object.entries(looks))
    await writeFile(join(folder, uid), lines.map((line) => `${line}\n`).join(""));
  const files = ["accounts", ...Object.keys(looks)].map((name) => join(folder, name));
  const rows = awk.run("join.awk", files).split("\n").slice(0, -1);
  assert.deepEqual(rows.slice(0, 2), users);
  return rows.slice(2);
};

for (const awk of awks)
  describe(`join.awk in ${awk.name}`, { skip: awk.skip }, () => {
    test("each row gets the name of the user whose look it is", async (t) => {
      const look = ["looking\tpodman", "containers\tid\tweb", "looked\tpodman\t0", "ctr-logs\t3"];
      assert.deepEqual(await rowsOf(t, awk, { 1001: look, 1002: ["units\tId=x", "units\t"], 0: look.slice(0, 3) }), [
        "containers\troot\tid\tweb",
        "looked\troot\tpodman\t0",
        "containers\tshop\tid\tweb",
        "looked\tshop\tpodman\t0",
        "ctr-logs\tshop\t1001",
        "units\tCORP\\jane\tId=x",
        "units\tCORP\\jane\t",
      ]);
    });

    test("what a look does not say is left out, and a user without an account", async (t) => {
      const look = [
        "user\t0\tshop",
        "looked\tpodman\t0",
        "looking\tsh",
        "looked\tsh\t0",
        "zpool-list\ttank",
        "ctr-logs\t/etc/passwd",
        "excess\tstreams\t7",
        "left-out\tstreams\t7",
        "left-out\tseconds_late\t-7",
        "refused\tx",
        "containersx",
        "",
      ];
      assert.deepEqual(await rowsOf(t, awk, { 1001: look, 7: ["containers\tid"] }), []);
      assert.deepEqual(await rowsOf(t, awk, { 0: ["zpool-list\ttank"] }), ["zpool-list\troot\ttank"]);
    });

    test("what a look began and did not end has failed, and so has one that never began", async (t) => {
      const rows = await rowsOf(t, awk, { 1001: ["looking\tsystemctl", "units\tId=x"], 1002: [], 0: [] });
      assert.deepEqual(rows, [
        "units\tshop\tId=x",
        "looked\tshop\tsystemctl\t1",
        "looked\troot\tpodman\t1",
        "looked\tCORP\\jane\tsystemctl\t1",
      ]);
    });

    test("a user has a budget, what is beyond it is counted, and others keep theirs", async (t) => {
      const many = [...times(700, (i) => `containers\tid\tc${i}`), ...times(11_000, () => "units\tId=x")];
      const rows = await rowsOf(t, awk, { 1001: many, 1002: ["containers\tid\tweb"] });
      const of = (kind: string, user: string) => rows.filter((row) => row.startsWith(`${kind}\t${user}\t`));
      assert.equal(of("containers", "shop").length, 250);
      assert.equal(of("units", "shop").length, 10_000);
      assert.deepEqual(of("excess", "shop"), ["excess\tshop\tcontainers\t450", "excess\tshop\tunits\t200"]);
      assert.deepEqual(of("containers", "CORP\\jane"), ["containers\tCORP\\jane\tid\tweb"]);
    });

    test("a name of a length that no tool gives is beyond it too", async (t) => {
      const look = [`containers\tid\t${"x".repeat(1025)}`, "containers\tid\tweb", `units\tId=${"x".repeat(1100)}`];
      const rows = await rowsOf(t, awk, { 1001: look, 1002: ["containers\tid\tmail"] });
      assert.deepEqual(rows, [
        "containers\tshop\tid\tweb",
        "excess\tshop\tcontainers\t1",
        "excess\tshop\tunits\t1",
        "containers\tCORP\\jane\tid\tmail",
      ]);
    });

    test("what a reader of ctr.log left out is handed on", async (t) => {
      const rows = await rowsOf(t, awk, { 1001: times(2, () => "left-out\tseconds_late\t7\nrefused\t3") });
      assert.deepEqual(rows, ["left-out\tshop\tseconds_late\t7", "excess\tshop\tctr_log_files\t3"]);
    });
  });

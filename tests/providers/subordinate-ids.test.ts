import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

const source = readFileSync(new URL("../../providers/scripts/subordinate-ids.sh", import.meta.url), "utf8");
const awks = [["mawk"], ["gawk"], ["busybox", "awk"], ["original-awk"]];

/** Where a range of 65,536 fits in, by the ranges that are given out. */
const cases: [what: string, ranges: string, start: string][] = [
  ["nothing is given out", "", "100000"],
  ["Debian's first user", "anna:100000:65536\n", "165536"],
  ["Incus and LXD, far above", "root:1000000:1000000000\n", "100000"],
  ["Lima, with half of all ids", "anna:524288:1073741824\n", "100000"],
  ["a hole that is long enough", "a:100000:65536\nb:231072:65536\n", "165536"],
  ["a hole that is one too short", "a:100000:65536\nb:231071:65536\n", "296607"],
  ["in any order", "b:231072:65536\nc:165536:65536\na:100000:65536\n", "296608"],
  ["that lie in each other", "a:100000:1000000\nb:200000:65536\nc:1000000:200000\n", "1200000"],
  ["begun below the first", "a:90000:20000\n", "110000"],
  ["all below the first", "a:1000:5000\n", "100000"],
  ["up to the first, and no further", "a:1000:99000\n", "100000"],
  ["beyond 2^31", "a:100000:3000000000\n", "3000100000"],
  ["beyond 2^32", "a:100000:4294867296\nb:4294967296:65536\n", "4295032832"],
  [
    "of odd names and of uids",
    "jürgen:100000:65536\nCORP\\jane:165536:65536\n1000:231072:65536\na b;$(x):296608:65536\n",
    "362144",
  ],
  [
    "between lines that are none",
    "# a:100000:65536 \n\n:\na\na:b\na:b:c\nb:100000\nc:-1:5\nd:100000:65536\n",
    "165536",
  ],
  ["of no length", "a:120000:0\n", "100000"],
];

for (const [command = "", ...args] of awks) {
  const missing = spawnSync(command, [...args, "BEGIN { }"]).error !== undefined;
  const skip = missing && command !== "mawk" && `${command} is not installed here`;
  describe(`a range of subordinate ids, by ${[command, ...args].join(" ")}`, { skip }, () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "watchpost-ids-"));
      writeFileSync(join(folder, "awk"), `#!/bin/sh\nexec ${[command, ...args].join(" ")} "$@"\n`, { mode: 0o755 });
    });
    after(() => rmSync(folder, { recursive: true }));

    for (const [what, ranges, start] of cases)
      test(what, () => {
        const { stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", `${source}\nfirst_gap 100000 65536`], {
          input: ranges,
          encoding: "utf8",
          env: { PATH: `${folder}:${process.env.PATH}`, LC_ALL: "C", SHLVL: "1" },
        });
        assert.deepEqual([stdout, stderr], [start, ""]);
      });
  });
}

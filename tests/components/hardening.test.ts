import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { accessFiles } from "../../components/access/units.ts";
import { cgroupsFiles } from "../../components/cgroups/units.ts";
import { collectorFiles } from "../../components/collector/units.ts";
import { rotationFiles } from "../../components/journal/rotation.ts";
import { configWith } from "../config/sample.ts";

/** The exposure that `systemd-analyze security` may find at most, of 10. */
const most: Record<string, number> = {
  "watchpost-collector.service": 4,
  "watchpost-look@.service": 3,
  "watchpost-look-root.service": 3,
  "watchpost-ctr-log@.service": 1.5,
  "watchpost-ctr-log-root.service": 1.5,
  "watchpost-journal-rotate.service": 2.5,
  "watchpost-cgroups.service": 1.5,
  "watchpost-access.service": 5,
};

const skip =
  spawnSync("systemd-analyze", ["security", "--help"]).status !== 0 && "systemd-analyze is not installed here";

describe("what a unit of Watchpost's on the host may do", () => {
  const config = configWith({});
  const services = [
    ...collectorFiles(config),
    ...cgroupsFiles(config),
    ...rotationFiles(config),
    ...accessFiles([]),
  ].filter(({ path }) => path.endsWith(".service"));
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-units-"));
  });
  after(() => rm(folder, { recursive: true }));

  test("each has a bound", () =>
    assert.deepEqual(services.map(({ path }) => basename(path)).sort(), Object.keys(most).sort()));

  for (const { path, content } of services)
    test(`${basename(path)} is exposed by ${most[basename(path)]} of 10 at most`, { skip }, async () => {
      const file = join(folder, basename(path));
      // its program is not installed here, and is none of what is measured
      await writeFile(file, content.replaceAll(/^(Exec\w+=).*$/gm, "$1/bin/true"));
      const { stdout, stderr } = spawnSync("systemd-analyze", ["security", "--offline=true", "--no-pager", file], {
        encoding: "utf8",
      });
      const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
      assert.ok(exposure <= (most[basename(path)] ?? 0), `${exposure}\n${stderr}${stdout}`);
    });
});

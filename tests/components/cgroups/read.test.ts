import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type Awk, awks } from "../collector/awks.ts";
import { checkMetrics, promtool } from "../collector/promtool.ts";

const program = resolve(import.meta.dirname, "../../../components/cgroups/read.awk");
const id = "0123456789abcdef".repeat(4);
const shop = "user.slice/user-1001.slice/user@1001.service";

const names = [
  "user\t1001\tshop",
  'user\t1002\tCORP\\jane "j"',
  "unit\tshop\tweb.service\tshop-web",
  "unit\troot\talloy.service\twatchpost-alloy",
  `scope\tshop\t${id}\tby-hand`,
];

// as the kernel 6.18 prints them, cut
const cpu = {
  "cpu.stat": "usage_usec 1500000\nuser_usec 1\nnr_periods 7\nnr_throttled 3\n",
  "cpu.max": "max 100000\n",
};
const memory = {
  "memory.current": "5000000000\n",
  "memory.stat": "anon 4000000000\nfile 900000000\ninactive_file 1000000000\n",
  "memory.peak": "6000000000\n",
  "memory.max": "max\n",
  "memory.events": "low 0\noom 2\noom_kill 1\noom_group_kill 0\n",
};
const io = { "io.stat": "8:0 rbytes=100 wbytes=200 rios=1 wios=2\n254:0 rbytes=1 wbytes=2 rios=1 wios=1\n" };
const processes = (count: number) => ({ "cgroup.procs": "1\n".repeat(count) });

/** The lines of metrics of a tree: a folder's files by its path. */
const metricsOf = async (
  t: TestContext,
  awk: Awk,
  tree: Record<string, Record<string, string>>,
  variables: string[] = [],
) => {
  const root = await mkdtemp(join(tmpdir(), "watchpost-cgroups-"));
  t.after(() => rm(root, { recursive: true }));
  for (const [folder, files] of Object.entries(tree)) {
    await mkdir(join(root, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(root, folder, name), text);
  }
  await mkdir(dirname(join(root, "names")), { recursive: true });
  await writeFile(join(root, "names"), `${names.join("\n")}\n`);
  const [command = "", ...first] = awk.name.split(" ");
  const args = [...first, "-v", `root=${root}`, ...variables, "-f", program, join(root, "names"), "-"];
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    input: `${Object.keys(tree).join("\n")}\n`,
  });
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout;
};
const samples = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
/** Whose CPU time is told. */
const measured = (text: string) =>
  samples(text)
    .filter((line) => line.startsWith("container_cpu_usage"))
    .map((line) => line.replace(/^container_cpu_usage_seconds_total|\s\S+$/g, ""));

for (const awk of awks)
  describe(`control groups, read by ${awk.name}`, { skip: awk.skip }, () => {
    test("a unit's CPU, memory, disks and processes, those below it included", async (t) => {
      const text = await metricsOf(t, awk, {
        "system.slice/alloy.service": { ...cpu, ...memory, ...io },
        "system.slice/alloy.service/libpod-payload-x": { ...cpu, ...processes(4) },
        "system.slice/alloy.service/runtime": processes(1),
      });
      const labels = '{user="root",unit="alloy.service",container="watchpost-alloy"}';
      assert.deepEqual(samples(text), [
        `container_cpu_usage_seconds_total${labels} 1.500000`,
        `container_memory_working_set_bytes${labels} 4000000000`,
        `container_memory_rss${labels} 4000000000`,
        `container_memory_max_usage_bytes${labels} 6000000000`,
        `container_spec_memory_limit_bytes${labels} 0`,
        `container_oom_events_total${labels} 1`,
        `container_fs_reads_bytes_total${labels} 101`,
        `container_fs_writes_bytes_total${labels} 202`,
        `container_processes${labels} 5`,
      ]);
    });

    test("a quota's periods and a limit, where there are such", async (t) => {
      const limited = { "cpu.max": "50000 100000\n", "memory.max": "1073741824\n" };
      const text = await metricsOf(t, awk, { "system.slice/a.service": { ...cpu, ...memory, ...limited } });
      const labels = '{user="root",unit="a.service"}';
      for (const line of [
        `container_cpu_cfs_periods_total${labels} 7`,
        `container_cpu_cfs_throttled_periods_total${labels} 3`,
        `container_spec_memory_limit_bytes${labels} 1073741824`,
      ])
        assert.ok(samples(text).includes(line), line);
    });

    test("a user's units are the user's, by name or by id, and a container without a unit goes by its name", async (t) => {
      const text = await metricsOf(t, awk, {
        "user.slice/user-1001.slice": cpu,
        [shop]: cpu,
        [`${shop}/init.scope`]: cpu,
        [`${shop}/app.slice/web.service`]: cpu,
        [`${shop}/user.slice/libpod-${id}.scope`]: cpu,
        [`${shop}/user.slice/libpod-${"f".repeat(64)}.scope`]: cpu,
        "user.slice/user-1002.slice/user@1002.service/app.slice/x.service": cpu,
        "user.slice/user-7.slice/user@7.service/app.slice/my\\x2dunit@1.service": cpu,
      });
      assert.deepEqual(measured(text), [
        '{user="shop",unit="web.service",container="shop-web"}',
        '{user="shop",unit="libpod.scope",container="by-hand"}',
        '{user="CORP\\\\jane \\"j\\"",unit="x.service"}',
        '{user="uid-7",unit="my\\\\x2dunit@1.service"}',
      ]);
    });

    test("what is no unit, a health check's, or made up under another's name is none", async (t) => {
      const text = await metricsOf(t, awk, {
        "system.slice": cpu,
        [`system.slice/${id}-1854b68.service`]: cpu,
        "system.slice/watchpost-look@1001.service": cpu,
        "system.slice/docker.service": cpu,
        "system.slice/docker.service/system.slice/ssh.service": cpu,
        // of one name only the first: two series with the same labels would spoil all
        [`${shop}/a/same.service`]: cpu,
        [`${shop}/b/same.service`]: { ...cpu, ...processes(9) },
        [`${shop}/\u00fc.service`]: cpu,
        [`${shop}/system.slice/ssh.service`]: cpu,
        "user.slice/user-1001.slice/user@0.service/ssh.service": cpu,
        "user.slice/user-0.slice/session-1.scope/ssh.service": cpu,
        "gone.slice/x.service": cpu,
      });
      assert.deepEqual(measured(text), [
        '{user="root",unit="docker.service"}',
        '{user="shop",unit="same.service"}',
        '{user="shop",unit="ssh.service"}',
      ]);
    });

    test("a user has a budget, what is beyond it is counted, and others keep theirs", async (t) => {
      const made = Array.from({ length: 25 }, (_, index) => [`${shop}/x${index}.service`, cpu] as const);
      const others = { "system.slice/ssh.service": cpu, "user.slice/user-7.slice/user@7.service/y.service": cpu };
      const text = await metricsOf(t, awk, { ...Object.fromEntries(made), ...others }, ["-v", "most=10"]);
      assert.equal(measured(text).filter((labels) => labels.includes('user="shop"')).length, 10);
      assert.equal(measured(text).length, 12);
      assert.deepEqual(
        samples(text).filter((line) => line.startsWith("watchpost")),
        ['watchpost_cgroups_excess{user="shop",what="cgroups"} 15'],
      );
    });

    test("what lies below a unit is no excess of its own", async (t) => {
      const made = Array.from({ length: 12 }, (_, index) => {
        const unit = `${shop}/x${index}.service`;
        return [[unit, cpu] as const, [`${unit}/payload`, cpu] as const, [`${unit}/payload/init`, cpu] as const];
      });
      const text = await metricsOf(t, awk, Object.fromEntries(made.flat()), ["-v", "most=10"]);
      assert.equal(measured(text).length, 10);
      assert.deepEqual(
        samples(text).filter((line) => line.startsWith("watchpost")),
        ['watchpost_cgroups_excess{user="shop",what="cgroups"} 2'],
      );
    });

    test("a list that was cut off is told, whatever is in it", async (t) => {
      const others = { "system.slice/ssh.service": cpu, "user.slice/user-7.slice/user@7.service/y.service": cpu };
      for (const folder of [`${shop}/folder`, `${shop}/\u00fc`, "user.slice/user-1001.slice/folder"]) {
        const made = Array.from({ length: 8 }, (_, index) => [`${folder}${index}`, cpu] as const);
        const text = await metricsOf(t, awk, { ...Object.fromEntries(made), ...others }, ["-v", "lines=8"]);
        assert.deepEqual(
          samples(text).filter((line) => line.startsWith("watchpost")),
          ['watchpost_cgroups_excess{user="shop",what="cgroups"} 1'],
        );
      }
    });

    test("one that is gone when it is read is left out", async (t) => {
      const text = await metricsOf(t, awk, { "system.slice/gone.service": {}, "system.slice/a.service": cpu });
      assert.deepEqual(measured(text), ['{user="root",unit="a.service"}']);
    });

    test("promtool takes it", { skip: promtool.skip }, async (t) => {
      await checkMetrics(await metricsOf(t, awk, { "system.slice/alloy.service": { ...cpu, ...memory, ...io } }));
    });
  });

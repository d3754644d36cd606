import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { assignments } from "../../providers/script.ts";

/** What befalls a job at one of its commands. */
export const faults = ["kill", "term", "full", "readonly", "cut"] as const;
/** What may come between the fault and the next run. */
export const aftermaths = ["nothing", "restarts", "reboot", "clock"] as const;

export interface Case {
  /** The command at which the fault strikes, from 1. */
  at: number;
  fault: (typeof faults)[number];
  aftermath: (typeof aftermaths)[number];
}

export interface Scenario {
  name: string;
  /** Bash that makes the state before, on an empty host. */
  before: string;
  /** The job that the fault meets. */
  job: string;
  /** The job of the next run; the same by default. */
  next?: string;
  /** The job of a refresh after it. */
  read?: string;
  /** Bash functions: is_whole, is_new, runs_new, ended_well, reads_clean, on_disk, running, ledger_of. */
  check: string;
}

/** A case that did not end as it has to, in words. */
export interface Wrong extends Case {
  scenario: string;
  what: string;
}

export interface Result {
  tried: number;
  wrong: Wrong[];
}

const run = promisify(execFile);
const bin = import.meta.dirname;
// on the disks of the fake host, and what a process there was started with
const moved =
  /\/(run\/watchpost|var\/lib\/watchpost|etc\/(containers|systemd|watchpost)|usr\/lib\/systemd|proc\/\$main)/g;

/** Folders and commands of a fake host below a temporary one, with three small disks: /etc, /var and /run. */
export class World {
  readonly folder: string;
  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(scenario: Scenario): Promise<World> {
    const world = new World(await mkdtemp(join(tmpdir(), "watchpost-faults-")));
    for (const folder of ["bin", "scenario", "fake", "usr/lib/systemd/system-generators"])
      await mkdir(join(world.folder, folder), { recursive: true });
    for (const name of ["systemctl", "podman"]) {
      await copyFile(join(bin, `${name}.sh`), join(world.folder, "bin", name));
      await chmod(join(world.folder, "bin", name), 0o755);
    }
    const accept = "#!/bin/sh\n";
    for (const path of [
      "bin/systemd-analyze",
      "bin/journalctl",
      "usr/lib/systemd/system-generators/podman-system-generator",
    ])
      await writeFile(join(world.folder, path), accept, { mode: 0o755 });
    for (const name of ["before", "check"] as const) await world.put(name, scenario[name]);
    await world.put("job", asRun("first", scenario.job));
    await world.put("next", asRun("second", scenario.next ?? scenario.job));
    if (scenario.read !== undefined) await world.put("read", scenario.read);
    return world;
  }

  /** Writes a file of the scenario, with the paths of the fake host. */
  private async put(name: string, text: string): Promise<void> {
    const here = text
      .replaceAll(moved, (path) => `${this.folder}${path.startsWith("/proc") ? `/fake${path}` : path}`)
      .replaceAll("{world}", this.folder)
      .replaceAll("PATH=/usr/local/sbin", `PATH=${this.folder}/bin:/usr/local/sbin`);
    await writeFile(join(this.folder, "scenario", name), here);
  }

  /** How many commands the job has without a fault. */
  async commands(): Promise<number> {
    const { stdout } = await this.drive("count");
    return Number(/^commands (\d+)$/m.exec(stdout)?.[1]);
  }

  /** Each case in words: `right`, `unmet`, or `wrong` and why. */
  async tryAll(cases: Case[]): Promise<string[]> {
    const lines = cases.map(({ at, fault, aftermath }) => `${at} ${fault} ${aftermath}\n`);
    await writeFile(join(this.folder, "scenario", "cases"), lines.join(""));
    const { stdout } = await this.drive();
    return stdout.split("\n").flatMap((line) => /^case \S+ \S+ \S+ (.*)$/.exec(line)?.[1] ?? []);
  }

  private drive(...args: string[]) {
    const namespace = process.getuid?.() === 0 ? ["--mount"] : ["--map-root-user", "--mount"];
    return run("unshare", [...namespace, "bash", join(bin, "driver.sh"), this.folder, ...args], { maxBuffer: 1 << 26 });
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A job as the owner of the lock that it takes. */
export const asRun = (run: string, script: string): string =>
  `${assignments({ run, stack: "watchpost/faults", operator: "anna@laptop", pid: 4242, patience: 10, lease: 0 })}\n${script}`;

/** Tries a scenario's cases. */
export const tryScenario = async (scenario: Scenario, cases: (commands: number) => Case[]): Promise<Result> => {
  const world = await World.make(scenario);
  try {
    const wanted = cases(await world.commands());
    const said = await world.tryAll(wanted);
    if (said.length !== wanted.length)
      throw new Error(`${scenario.name}: ${said.length} of ${wanted.length} cases ended`);
    const wrong = wanted.flatMap((each, index) => {
      const what = said[index] ?? "";
      return what === "right" || what === "unmet" ? [] : [{ ...each, scenario: scenario.name, what }];
    });
    return { tried: said.filter((what) => what !== "unmet").length, wrong };
  } finally {
    await world.remove();
  }
};

/** Every fault at every command; what comes after it goes round, so that each pair is met many times. */
export const everyCommand =
  (step = 1, offset = 0) =>
  (commands: number): Case[] => {
    const cases: Case[] = [];
    for (let at = 1 + offset; at <= commands; at += step)
      for (const [index, fault] of faults.entries()) {
        const aftermath = aftermaths[(at + index) % aftermaths.length] as Case["aftermath"];
        cases.push({ at, fault, aftermath });
      }
    return cases;
  };

import type { Bench, Benchmark } from "./benchmark.ts";
import { pulumi } from "./engine/command.ts";
import { onHost, stateOf, withoutCanary } from "./engine/state.ts";
import { drift } from "./host/drift.ts";
import { connectionsDuring, watchSshd } from "./host/sshd.ts";
import type { Stage } from "./stage.ts";
import { sum } from "./statistics.ts";

const count = async ({ report }: Bench, stage: Stage, name: string, work: () => Promise<unknown>) => {
  const all = await connectionsDuring(stage, work);
  report({ metric: `ssh.${name}.handshakes`, value: all.length, unit: "handshakes" });
  report({ metric: `ssh.${name}.execs`, value: sum(all.map(({ execs }) => execs)), unit: "execs" });
  report.note(
    `ssh.${name}: ${all.map(({ client, execs }) => `${client} ${execs} execs`).join(", ") || "no connection"}`,
  );
};

/** What the engine asks of ssh, counted by sshd itself. Aims: one handshake a run, one exec a resource and five. */
export const ssh: Benchmark = {
  about: "ssh handshakes and round trips of refresh, repair, destroy and up",
  async run(bench) {
    const stage = await bench.stage();
    const resources = await stateOf(stage);
    const less = withoutCanary(resources);
    bench.report({ metric: "ssh.resources_on_host", value: onHost(resources).length, unit: "resources" });
    const works: Record<string, () => Promise<unknown>> = {
      preview: () => pulumi(stage, "preview"),
      refresh: () => stage.stack.refresh(),
      repair: () => drift(stage).then(() => pulumi(stage, "upRefresh")),
      repair_run_program: () => drift(stage).then(() => pulumi(stage, "upRefreshRun")),
      destroy: () => stage.stack.destroy(),
      up: () => pulumi(stage, "up", less),
      // the one thing that is left to do; the command plugin makes a connection of its own
      canary: () => pulumi(stage, "up"),
    };
    const sshd = await watchSshd(stage);
    try {
      for (const [name, work] of Object.entries(works)) await count(bench, stage, name, work);
    } finally {
      await sshd.close();
    }
  },
};

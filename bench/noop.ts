import type { Bench, Benchmark } from "./benchmark.ts";
import { pulumi, pulumiNoop } from "./engine/command.ts";
import { mustChangeNothing, mustRepair } from "./peers/fair.ts";
import { countOf, objectsOf } from "./peers/objects.ts";
import { openPeers, type Peers } from "./peers/peers.ts";
import { rounds } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { reportTimes } from "./times.ts";

const peersOn = async (stage: Stage, { report }: Bench): Promise<Peers> => {
  const objects = await objectsOf(stage);
  report.note(`noop: ${countOf(objects)} objects, ${objects.files.length} of them files`);
  return openPeers(stage, objects).catch((cause: Error) => {
    report.note(`noop: the peers are left out, they cannot be had: ${cause.message}`);
    return { all: [], close: async () => {} };
  });
};

/** What it takes to learn that nothing is to be done: ours and the peers', on the same objects of the same host. */
export const noop: Benchmark = {
  about: "no-op up --refresh next to pyinfra and Ansible; no-op preview and up",
  async run(bench) {
    const stage = await bench.stage();
    const peers = await peersOn(stage, bench);
    try {
      await mustRepair(stage, "the stack", () => pulumi(stage, "upRefreshRun"));
      for (const { name, apply } of peers.all) await mustRepair(stage, name, apply);
      const {
        upRefresh = [],
        upRefreshRun = [],
        up = [],
        preview = [],
        ...others
      } = await rounds<string>(bench.rounds, {
        upRefresh: () => pulumiNoop(stage, "upRefresh"),
        upRefreshRun: () => pulumiNoop(stage, "upRefreshRun"),
        ...Object.fromEntries(peers.all.map((peer) => [peer.name, () => mustChangeNothing(peer)])),
        up: () => pulumiNoop(stage, "up"),
        preview: () => pulumiNoop(stage, "preview"),
      });
      const versus = Object.entries(others).map(([peer, timings = []]) => ({ peer, timings }));
      reportTimes(bench.report, "noop.up_refresh", upRefresh, versus);
      reportTimes(bench.report, "noop.up_refresh_run_program", upRefreshRun, versus);
      reportTimes(bench.report, "noop.up", up);
      reportTimes(bench.report, "noop.preview", preview);
    } finally {
      await peers.close();
    }
  },
};

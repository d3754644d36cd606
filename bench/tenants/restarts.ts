import type { Rig } from "../../tests/host/rig.ts";

const properties = "--property=Id --property=InvocationID --property=NRestarts";

/** What each unit of the stack is by now: its run, and how often systemd has restarted it. */
export type Runs = Record<string, { run: string; restarts: number }>;

const parse = (shown: string): Runs =>
  Object.fromEntries(
    shown.split("\n\n").map((block) => {
      const {
        Id = "",
        InvocationID = "",
        NRestarts,
      } = Object.fromEntries(block.split("\n").map((line) => line.split(/=(.*)/s))) as Record<string, string>;
      return [Id, { run: InvocationID, restarts: Number(NRestarts) }];
    }),
  );

/** The units that are to run on: Alloy, the measurement of control groups, shop's reader, Loki and Prometheus. */
export const runsOf = async ({ guest }: Rig): Promise<Runs> => {
  const system = "watchpost-alloy watchpost-cgroups watchpost-ctr-log@$(id -u shop)";
  return {
    ...parse(await guest.sh(`systemctl show ${properties} ${system}`)),
    ...parse(await guest.pod(`systemctl --user show ${properties} watchpost-loki watchpost-prometheus`)),
  };
};

/** How often each unit was started between two looks; those that ran on are left out. */
export const restartsBetween = (before: Runs, after: Runs): Record<string, number> =>
  Object.fromEntries(
    Object.entries(after).flatMap(([unit, { run, restarts }]) => {
      const was = before[unit];
      if (was === undefined || was.run === run) return [];
      return [[unit, Math.max(1, restarts - was.restarts)]];
    }),
  );

/** Runs of the collector that failed since a Unix time in seconds: it starts anew each time. */
export const failedLooks = async ({ guest }: Rig, since: number): Promise<number> =>
  Number(
    await guest.sh(
      `journalctl --unit=watchpost-collector.service --since=@${Math.floor(since)} --output=cat | grep -c 'Failed with result' || true`,
    ),
  );

import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../../throwaway/until.ts";
import type { Guest } from "../guest.ts";
import { type Shell, serviceUser, startContainers } from "./service-users.ts";

/** Service users of one kind, none of them declared, and how many containers each of them runs. */
export interface Fleet {
  /** The users are NAME-1 and so on. */
  name: string;
  users: number;
  containers: number;
}

const lanes = 2; // as many users at once

// a line of each of three levels, every minute
const levels = `while true; do
  echo 'level=info msg="order accepted"'
  echo 'level=warn msg="slow answer"'
  echo 'no level at all'
  sleep 60
done`;

/** Starts a fleet on a host, or what is missing of it: rootless containers `app-1` and so on, under units of the same names. */
export const startFleet = async (shell: Shell, { name, users, containers }: Fleet): Promise<void> => {
  const names = Array.from({ length: users }, (_, index) => `${name}-${index + 1}`).values();
  const apps = Object.fromEntries(
    Array.from({ length: containers }, (_, index) => [`app-${index + 1}`, { script: levels }]),
  );
  const lane = async () => {
    for (const user of names) {
      await serviceUser(shell, user);
      await startContainers(shell, user, apps, { wait: true });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};

const ofContainers = ["podman_container_state", "container_cpu_usage_seconds_total"];

/** Waits until each container of a fleet is in the metrics of the collector and of its cgroup, and in the logs. */
export const fleetSeen = async (guest: Guest, { name, users, containers }: Fleet, timeout = 600_000): Promise<void> => {
  const selector = `user=~"${name}-[0-9]+",container=~"app-.+"`;
  const all = users * containers;
  const known = async () => {
    const series = await Promise.all(
      ofContainers.map((metric) => guest.metrics(`count(count by (user, container) (${metric}{${selector}}))`)),
    );
    const lines = await guest.lokiValue(`count(sum by (user, container) (count_over_time({${selector}}[5m])))`);
    const counts = [...series.map(([sample]) => Number(sample?.value[1] ?? 0)), lines];
    if (counts.every((count) => count === all)) return true;
    await pause(1000);
    return undefined;
  };
  await until(`${all} containers of ${name} are in metrics and logs`, timeout, known);
};

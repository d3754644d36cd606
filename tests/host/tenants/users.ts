import { until } from "../../../throwaway/until.ts";
import type { Guest } from "../guest.ts";
import { serviceUser, startContainers } from "../neighbours/service-users.ts";

/** Writes a numbered line every so many seconds, to see that nothing is lost and how late it is. */
const ticker = (seconds: number) => `i=0; while :; do i=$((i + 1)); echo "tick $i $(date +%s)"; sleep ${seconds}; done`;

/**
 * The one who wants his peace, `shop`, with a container on each of podman's drivers, and the one who does not, `mallory`.
 * @param pause Seconds between two lines of a container's.
 */
export const startVictim = async (guest: Guest, pause = 1): Promise<void> => {
  await serviceUser(guest, "shop");
  await serviceUser(guest, "mallory");
  await startContainers(guest, "shop", {
    "shop-web": { script: ticker(pause) },
    "shop-file": { script: ticker(pause), container: { LogDriver: "k8s-file" } },
  });
};

/** What a user's container has in its ctr.log's folder; the path is mallory's to change. */
export const startBait = async (
  guest: Guest,
  name: string,
  script = 'echo "I am bait"; sleep 10000',
): Promise<string> => {
  await startContainers(guest, "mallory", { [name]: { script, container: { LogDriver: "k8s-file" } } }, { wait: true });
  const path = await guest.sh(`podman inspect --format '{{.HostConfig.LogConfig.Path}}' ${name}`, { user: "mallory" });
  return path.replace(/\/ctr\.log$/, "");
};

/** How many seconds old the newest line of a container is in Loki. */
const age = async (guest: Guest, container: string): Promise<number> => {
  const lines = await guest.lines(`{user="shop", container="${container}"} |= "tick"`).catch(() => [] as string[]);
  const now = Number(await guest.sh("date +%s"));
  return now - Number(/ (\d+)$/.exec(lines.at(-1) ?? "")?.[1] ?? 0);
};

/** Waits until shop's lines come in, and gives how many seconds late the later of the two containers' is. */
export const lateness = async (guest: Guest): Promise<number> => {
  await until("shop's lines are in Loki", 60_000, async () =>
    (await age(guest, "shop-web")) < 60 && (await age(guest, "shop-file")) < 60 ? true : undefined,
  );
  return Math.max(await age(guest, "shop-web"), await age(guest, "shop-file"));
};

/** What Alloy is: its process and how often it was restarted. */
export const alloy = (guest: Guest): Promise<string> =>
  guest.sh("systemctl show --property=NRestarts --property=MainPID watchpost-alloy.service");

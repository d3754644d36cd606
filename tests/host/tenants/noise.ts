import type { Guest } from "../guest.ts";
import { claims, sendEntries } from "./entries.ts";

/** What mallory writes to the journal in each round. */
export interface Noise {
  /** A word that is in each of the lines. */
  mark: string;
  streams: number;
  lines: number;
  /** Seconds between two rounds. */
  pause: number;
}

const forged = ({ mark }: Noise, by: string) => sendEntries(20, [`MESSAGE=${mark} forged by a ${by}`, ...claims]);

// the forged ones first, before journald's limit is reached
const asUser = (noise: Noise) => `while :; do
${forged(noise, "user")}
${sendEntries(noise.streams, [`MESSAGE=${noise.mark} stream %d`, "CONTAINER_NAME=c%d", "PRIORITY=6"])}
${sendEntries(noise.lines, [`MESSAGE=${noise.mark} flood %d`])}
sleep ${noise.pause}
done`;

const asJob = (noise: Noise) => `while :; do
${forged(noise, "job")}
sleep ${noise.pause}
done`;

/** Makes streams, floods the journal and passes for others, from mallory's manager and from a job of the system's, until it is stopped. */
export const startNoise = async (guest: Guest, noise: Noise): Promise<void> => {
  // from files: systemd tells the command of what it starts
  await guest.sh("cat >~/noise.sh", { user: "mallory", input: asUser(noise) });
  await guest.sh("cat >~/job.sh", { user: "mallory", input: asJob(noise) });
  await guest.sh("systemd-run --user --quiet --collect --unit=noise bash ~/noise.sh", { user: "mallory" });
  await guest.sh("systemd-run --quiet --collect --uid=mallory --unit=job-of-mallory bash ~mallory/job.sh");
};

export const stopNoise = async (guest: Guest): Promise<void> => {
  await guest.sh("systemctl --user stop noise", { user: "mallory" });
  await guest.sh("systemctl stop job-of-mallory");
};

/** Lines by whose they are for Loki. */
interface Lines {
  user?: string;
  unit?: string;
  service?: string;
}

// whatever he calls his units and containers; the config names no service of his
const isOwn = ({ user, unit, service = "undeclared" }: Lines) =>
  service === "undeclared" && (user === "mallory" || (user === "root" && unit === "job-of-mallory.service"));

/** How many of mallory's lines Loki has under his own names, and how many under others', with these. */
export const whoseLines = async (guest: Guest, mark: string) => {
  const query = `sum by (user, unit, service) (count_over_time({source=~".+"} |= "${mark}" [1h]))`;
  type Samples = { result: { metric: Lines; value: [number, string] }[] };
  const { result } = await guest.api<Samples>(3100, "/loki/api/v1/query", { query });
  const count = { own: 0, forged: 0 };
  const others: string[] = [];
  for (const { metric, value } of result) {
    const own = isOwn(metric);
    count[own ? "own" : "forged"] += Number(value[1]);
    if (!own) others.push(`${value[1]} of ${JSON.stringify(metric)}`);
  }
  return { ...count, others };
};

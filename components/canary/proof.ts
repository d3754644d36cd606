import type { Config } from "../../config/config.ts";
import type { Problem } from "../../config/errors.ts";
import { ownService } from "../scrape/jobs.ts";
import { type ExpectedService, usersOf } from "./expected.ts";
import type { HostFacts } from "./host-facts.ts";
import { containerProblem, isRunning, unitProblem } from "./parts.ts";
import { type Seen, undeclaredOf } from "./stores.ts";
import { type Reasons, targetProblem } from "./targets.ts";

/** How many are proved, of how many. */
export interface Count {
  proved: number;
  expected: number;
}

/** What was proved of a service. */
export interface ServiceProof {
  service: string;
  /** `quiet`: it wrote nothing that would have to be in Loki; null for a scrape job, which has no lines. */
  logs: "proved" | "quiet" | "failed" | null;
  /** When its newest line in Loki was written, in milliseconds since 1970. */
  newest: number | null;
  targets: Count;
  /** Of a service that is all of its user's: those that run. */
  containers: Count;
  units: Count;
}

export interface Proof {
  ok: boolean;
  /** Seconds since 1970 on the host when the proof began. */
  begun: number;
  services: ServiceProof[];
  /** What is not proved; the path is the config's, or `watchpost` for the stack's own. */
  problems: Problem[];
  /** What is proved and yet to be known. */
  remarks: Problem[];
  /** Running or not, the containers that no service names, as `USER/CONTAINER`. */
  undeclared: string[];
}

export interface Evidence {
  asked: ExpectedService[];
  facts: HostFacts;
  seen: Seen;
  reasons: Reasons;
}

// Loki has a line's own time, but of one in parts that of its first
const slack = 1000;
const time = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");

const logsOf = ({ name, place, hasLogs }: ExpectedService, { written }: HostFacts, { lines, silent }: Seen) => {
  const problems: Problem[] = [];
  const sources = ["journal", "ctr.log"].map((source) => {
    const [has, got] = [written.get(`${name} ${source}`), lines.get(`${name} ${source}`)];
    if (has !== undefined && (got ?? 0) < has - slack && !silent.has("Loki"))
      problems.push({
        path: place,
        message: `${source === "journal" ? "the journal" : "a ctr.log"} has a line of it from ${time(has)}, Loki has ${got ? `none newer than ${time(got)}` : "none"} under service="${name}", source="${source}"`,
      });
    return got ?? 0;
  });
  const newest = Math.max(...sources) || null;
  const failed = problems.length > 0 || silent.has("Loki");
  const state = !hasLogs ? null : failed ? "failed" : newest ? "proved" : "quiet";
  return { logs: state as ServiceProof["logs"], newest, problems };
};

// of all that a user runs, nothing is expected by name
const allOf = ({ allOf, name, place }: ExpectedService, { containers, units, lines }: Seen) => {
  const running = containers.filter((container) => container.service === name && isRunning(container)).length;
  const isSeen =
    running > 0 || [...units.keys()].some((key) => key.startsWith(`${allOf} `)) || lines.has(`${name} journal`);
  const message = `nothing of ${allOf} is seen, expected containers, units or lines: does its systemd run (loginctl enable-linger ${allOf})?`;
  return {
    count: { proved: running, expected: running },
    problems: isSeen ? [] : [{ path: `${place}.user`, message }],
  };
};

/** One column of a service: how many of its parts lack nothing, and what the others do. */
const columnOf = <T extends { place: string }>(parts: T[], lack: (part: T) => string | undefined) => {
  const problems = parts.flatMap((part) => {
    const message = lack(part);
    return message === undefined ? [] : [{ path: part.place, message }];
  });
  return { count: { proved: parts.length - problems.length, expected: parts.length }, problems };
};

/** Whether something asked is seen by the host's collector alone, and it has not looked since the proof began. */
const isOld = ({ asked, facts, seen }: Evidence) => seen.collected < facts.begun && usersOf(asked).length > 0;

const proveService = (service: ExpectedService, evidence: Evidence) => {
  const { facts, seen, reasons } = evidence;
  const gone = usersOf([service]).filter((user) => !facts.users.has(user));
  const missing = gone.map((user) => ({
    path: `${service.place}.user`,
    message: `there is no user ${user} on the host`,
  }));
  const targets = columnOf(service.targets, (target) => targetProblem(target, seen, facts.begun, reasons));
  const containers = service.allOf
    ? allOf(service, seen)
    : columnOf(service.containers, (part) => containerProblem(part, seen));
  const units = columnOf(service.units, (part) => unitProblem(part, seen, facts));
  const { problems: ofLogs, ...logs } = logsOf(service, facts, seen);
  // what is told once for all is not told again of each part
  const isSilent = seen.silent.has("Prometheus");
  const [ofTargets, ofParts] = [!isSilent, !isSilent && !isOld(evidence)];
  const none = ({ expected }: Count): Count => ({ proved: 0, expected });
  const proof: ServiceProof = {
    service: service.name,
    ...logs,
    targets: ofTargets ? targets.count : none(targets.count),
    containers: ofParts ? containers.count : none(containers.count),
    units: ofParts ? units.count : none(units.count),
  };
  const problems = [
    ...missing,
    ...ofLogs,
    ...(ofTargets ? targets.problems : []),
    ...(ofParts && gone.length === 0 ? [...containers.problems, ...units.problems] : []),
  ];
  return { proof, problems };
};

const unhealthy = ({ asked, seen }: Evidence): Problem[] =>
  asked
    .flatMap(({ containers }) => containers)
    .filter(({ user, name }) =>
      seen.containers.some((one) => one.user === user && one.name === name && one.health === 1),
    )
    .map(({ place, user, name }) => ({
      path: place,
      message: `container ${name} of ${user} says that it is unhealthy`,
    }));

/** Holds what is seen against what is expected. */
export const proveAll = (evidence: Evidence, { loki, prometheus }: Config): Proof => {
  const { asked, facts, seen } = evidence;
  const proofs = asked.map((service) => proveService(service, evidence));
  const silent = (["Loki", "Prometheus"] as const).flatMap((store) => {
    const said = seen.silent.get(store);
    const { listen } = store === "Loki" ? loki : prometheus;
    const path = `${store.toLowerCase()}.listen`;
    const what = said ? `${JSON.stringify(said.slice(0, 200))} in place of an answer` : "no answer";
    return said === undefined ? [] : [{ path, message: `${store} gives ${what} at ${listen}` }];
  });
  const message =
    "the collector has not looked at containers and units since this look began, or Alloy not what it saw: journalctl -u watchpost-collector -u watchpost-alloy on the host tells why";
  const old = isOld(evidence) && !seen.silent.has("Prometheus") ? [{ path: ownService, message }] : [];
  const problems = [...silent, ...old, ...proofs.flatMap(({ problems }) => problems)];
  return {
    ok: problems.length === 0,
    begun: facts.begun,
    services: proofs.map(({ proof }) => proof),
    problems,
    remarks: unhealthy(evidence),
    undeclared: undeclaredOf(seen),
  };
};

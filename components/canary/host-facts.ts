import { readFileSync } from "node:fs";
import { RE2JS } from "re2js";
import type { Config } from "../../config/config.ts";
import { compose, parseFacts } from "../../providers/script.ts";
import { unitsOf } from "../scrape/service-labels.ts";
import { type ExpectedPart, type ExpectedService, usersOf } from "./expected.ts";

/** How far back lines count, in hours: as far as Alloy reads at its first start. */
export const window = 24;

/** What the host itself knew when the proof began. */
export interface HostFacts {
  /** Seconds since 1970 on the host. */
  begun: number;
  /** Those of the expected users that there are. */
  users: Set<string>;
  /** When the newest line was written that Loki has to have, by `SERVICE SOURCE`; in milliseconds since 1970. */
  written: Map<string, number>;
  /** What a manager says of a unit: LoadState, ActiveState, Type, Result; by `USER UNIT`. */
  units: Map<string, Record<string, string>>;
}

const bash = readFileSync(new URL("./host.sh", import.meta.url), "utf8");
const names = (parts: ExpectedPart[]) => parts.map(({ name }) => name);

/** What the journal has of a service, as journalctl(1) takes it, one match a line; %U is the user's id. */
const matchesOf = (user: string, { allOf, containers, units }: ExpectedService): string => {
  const of = (parts: ExpectedPart[]) => names(parts.filter((part) => part.user === user));
  const mine = { containers: of(containers), units: of(units) };
  const owner = user === "root" ? [] : ["_SYSTEMD_OWNER_UID=%U"];
  if (allOf) return owner.join("\n");
  // as components/alloy/senders.ts has it: what others claim is not under these names in Loki
  const byPodman = ["_COMM=conmon", "_COMM=podman", ...(user === "root" ? ["_UID=0"] : owner)];
  const unitLines = (unit: string) =>
    user === "root"
      ? [[`_SYSTEMD_UNIT=${unit}`], [`UNIT=${unit}`, "_PID=1"]]
      : [
          [`_SYSTEMD_USER_UNIT=${unit}`, ...owner],
          [`USER_UNIT=${unit}`, "_SYSTEMD_USER_UNIT=init.scope", ...owner],
        ];
  return [
    ...mine.containers.map((name) => [`CONTAINER_NAME=${name}`, ...byPodman]),
    ...unitsOf(mine).flatMap(unitLines),
  ]
    .map((match) => match.join("\n"))
    .join("\n+\n");
};

// lines of a user with several services belong to the one that names their unit: of the rest nothing is told for sure
const isClear = (service: ExpectedService, all: ExpectedService[]): boolean =>
  !service.allOf || all.every((other) => other === service || !usersOf([other]).includes(service.allOf ?? ""));

/** Bash for root that prints what `readHostFacts` takes. @param asked Those of all services that are to be proved. */
export const hostScript = (asked: ExpectedService[], all: ExpectedService[]): string => {
  const sources = asked
    .filter((service) => service.hasLogs && isClear(service, all))
    .flatMap((service) => usersOf([service]).map((user) => ({ service, user })));
  const units = asked.flatMap(({ units }) => units);
  return compose(
    {
      users: usersOf(asked),
      sources: sources.map(({ service }) => service.name),
      whose: sources.map(({ user }) => user),
      matches: sources.map(({ service, user }) => matchesOf(user, service)),
      units: names(units),
      owners: units.map(({ user }) => user),
      window: window * 3600,
    },
    bash,
  );
};

/** A line of a log: when, in milliseconds since 1970, and its text. */
type Line = [time: number, text: string];

const journalLines = (entries: string): Line[] =>
  entries
    .split("\n")
    .filter((entry) => entry !== "")
    .map((entry) => JSON.parse(entry))
    // a text that is not UTF-8 comes as an array of bytes
    .map(({ __REALTIME_TIMESTAMP, MESSAGE }) => [Number(__REALTIME_TIMESTAMP) / 1000, String(MESSAGE)]);

/** Lines of a ctr.log as conmon writes them; those that go on in the next one are left out. */
const ctrLogLines = (tail: string): Line[] =>
  tail.split("\n").flatMap((line): Line[] => {
    const [, time = "", text = ""] = /^(\S+) (?:stdout|stderr) F (.*)$/.exec(line) ?? [];
    return Number.isNaN(Date.parse(time)) ? [] : [[Date.parse(time), text]];
  });

/** Of a user, the last lines of each ctr.log, each log after a line that names it: container, unit. */
const ctrLogs = (text: string): { container: string; unit: string; lines: Line[] }[] =>
  text.split("\nctr.log\t").flatMap((log) => {
    const [, container = "", unit = "", tail = ""] = /^([^\t\n]*)\t([^\n]*)\n(.*)$/s.exec(log) ?? [];
    return container === "" ? [] : [{ container, unit, lines: ctrLogLines(tail) }];
  });

/** What a host printed. A line that some rule of `logs.drop` may have taken is none. */
export const readHostFacts = (
  stdout: string,
  config: Config,
  asked: ExpectedService[],
  all: ExpectedService[],
): HostFacts => {
  const facts = parseFacts(stdout);
  const of = (word: string) => facts.filter((fact) => fact.word === word).map(({ values }) => values);
  const [[begun, since] = []] = of("begun");
  const drops = Object.values(config.logs.drop).map(({ match }) => RE2JS.compile(match));
  const written = new Map<string, number>();
  const note = (key: string, lines: Line[]) => {
    const kept = lines.filter(([time, text]) => {
      return time >= Number(since) * 1000 && !drops.some((drop) => drop.matcher(text).find());
    });
    const newest = Math.max(...kept.map(([time]) => time), written.get(key) ?? 0);
    if (newest > 0) written.set(key, newest);
  };
  for (const [service = "", entries = ""] of of("journal")) note(`${service} journal`, journalLines(entries));
  for (const [user = "", text = ""] of of("ctr_logs"))
    for (const { container, unit, lines } of ctrLogs(`\n${text}`)) {
      const isOf = ({ allOf, containers, units }: ExpectedService) =>
        allOf === user ||
        names(containers.filter((part) => part.user === user)).includes(container) ||
        names(units.filter((part) => part.user === user)).includes(unit);
      for (const service of asked.filter((service) => isOf(service) && isClear(service, all)))
        note(`${service.name} ctr.log`, lines);
    }
  const properties = (text: string) =>
    Object.fromEntries(text.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)));
  return {
    begun: Number(begun),
    users: new Set(of("user").map(([name = ""]) => name)),
    written,
    units: new Map(of("unit").map(([user, unit, text = ""]) => [`${user} ${unit}`, properties(text)])),
  };
};

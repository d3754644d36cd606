import { word } from "../../providers/script.ts";
import { unitsOf } from "../scrape/service-labels.ts";
import type { ExpectedPart } from "./expected.ts";
import type { HostFacts } from "./host-facts.ts";
import type { Seen, SeenContainer } from "./stores.ts";

// prometheus-podman-exporter's codes
const states = ["created", "initialized", "running", "stopped", "paused", "exited", "being removed", "stopping"];

/** A container's state as podman calls it. */
export const stateOf = ({ state, exitCode }: SeenContainer): string =>
  `${states[state] ?? "in an unknown state"}${states[state] === "exited" ? ` with code ${exitCode}` : ""}`;

export const isRunning = ({ state }: SeenContainer): boolean => states[state] === "running";

const journal = (user: string, unit: string) =>
  user === "root" ? `journalctl -u ${word(unit)}` : `journalctl ${word(`_SYSTEMD_USER_UNIT=${unit}`)}`;

/** What a container lacks to be proved; undefined when it is. */
export const containerProblem = ({ user, name }: ExpectedPart, { containers, units }: Seen): string | undefined => {
  const all = containers.filter((container) => container.user === user);
  const found = all.find((container) => container.name === name);
  if (found && isRunning(found)) return undefined;
  if (found) return `container ${name} of ${user} is ${stateOf(found)}, expected running`;
  const others = all.map((other) => other.name).sort();
  // podman takes a quadlet's container away when it ends
  const [unit = ""] = unitsOf({ units: [], containers: [name] });
  const state = units.get(`${user} ${unit}`);
  return `no container ${name} of ${user} is seen, expected a running one; ${state ? `its unit ${unit} is ${state}: ${journal(user, unit)} tells why` : `seen of ${user}: ${others.join(", ") || "none"}`}`;
};

/** What a unit lacks to be proved; undefined when it is. */
export const unitProblem = (
  { user, name }: ExpectedPart,
  { units }: Seen,
  facts: Pick<HostFacts, "units">,
): string | undefined => {
  const state = units.get(`${user} ${name}`);
  if (state === "active") return undefined;
  const { LoadState, ActiveState, Type, Result } = facts.units.get(`${user} ${name}`) ?? {};
  if (LoadState === "not-found") return `${user}'s systemd has no unit ${name}, expected an active one`;
  // it runs by a timer, and ends
  if (Type === "oneshot" && Result === "success" && state !== "failed" && ActiveState !== "failed") return undefined;
  // systemd forgets a unit that is not enabled once it has ended
  const is = state ?? (ActiveState === "active" ? undefined : ActiveState);
  return is
    ? `${name} of ${user} is ${is}, expected active: ${journal(user, name)} tells why`
    : `no state of ${name} of ${user} is in Prometheus, systemd says ${ActiveState || "nothing"}`;
};

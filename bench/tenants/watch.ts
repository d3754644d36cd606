import type { Rig } from "../../tests/host/rig.ts";
import { quote } from "../../tests/host/tenants/entries.ts";
import { ports } from "../../tests/host/tenants/requests.ts";
import { python } from "../host/python.ts";

/** What was seen of shop's lines and of the stack meanwhile. */
export interface Seen {
  /** Seconds from a line's being written until Loki has it, of the latest one. */
  late: number;
  lost: number;
  lines: number;
  /** Whose lines they are: seconds after the start at which the latest one was seen, and how late the lines were. */
  containers: Record<string, { at: number; median: number }>;
  /** The most bytes (PSS), and how many seconds after the start that was. */
  memory: Record<"alloy" | "loki", [bytes: number, at: number]>;
  /** How old the measurement of control groups got, in seconds. */
  cgroups_age: number;
  /** What it used, in CPU seconds. */
  cgroups_cpu: number;
}

/** Watches for so many seconds. */
export const watch = ({ guest }: Rig, seconds: number): Promise<Seen> => {
  const onHost = (argv: string[], options?: object) => guest.sh(argv.map(quote).join(" "), options);
  return python<Seen>({ onHost }, "tenants", [`127.0.0.1:${ports.loki}`, seconds]);
};

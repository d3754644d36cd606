import { Histogram } from "./histogram.ts";

const help = {
  groups_received_total: "Alert groups that Grafana told of.",
  groups_duplicate_total: "Groups that wait, or were triaged a short while ago.",
  groups_dropped_total: "Groups that found the queue full: their alerts went out without a triage.",
  requests_refused_total: "Requests with a wrong token, or a body that is not Grafana's.",
  triaged_by_model_total: "Triages whose answer came from the model.",
  triaged_by_extract_total: "Triages that the extract of the lines stood in for.",
  fallbacks_total: "Triages in which a model was asked for, and the extract had to stand in for it.",
  deliveries_failed_total: "Annotations, webhooks and mails that could not be delivered.",
  failures_total: "Triages that ended in an error of the service's own.",
} as const;

export type Counter = keyof typeof help;

// seconds: the extract takes a moment, a model up to its timeout and that again
const bounds = [1, 2, 5, 10, 20, 30, 60, 120, 300];

/** What the service counts. */
export class Counters {
  /** Seconds from a group's turn in the queue to its text. */
  readonly duration = new Histogram(bounds);
  readonly #values = new Map<Counter, number>();

  add(counter: Counter): void {
    this.#values.set(counter, this.get(counter) + 1);
  }

  get(counter: Counter): number {
    return this.#values.get(counter) ?? 0;
  }

  /** As Prometheus scrapes them. */
  text(waiting: number): string {
    const prefix = "watchpost_triage_";
    const counters = (Object.keys(help) as Counter[]).flatMap((name) => [
      `# HELP ${prefix}${name} ${help[name]}`,
      `# TYPE ${prefix}${name} counter`,
      `${prefix}${name} ${this.get(name)}`,
    ]);
    const queue = `${prefix}queue_length`;
    const gauge = [`# HELP ${queue} Groups that wait.`, `# TYPE ${queue} gauge`, `${queue} ${waiting}`];
    const time = this.duration.text(`${prefix}duration_seconds`, "Time from a group's turn in the queue to its text.");
    return `${[...counters, ...gauge, ...time].join("\n")}\n`;
  }
}

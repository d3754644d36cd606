import { styleText } from "node:util";
import type { FileResult, Outcome } from "./outcome.ts";

const indent = (text: string, by: string) => text.replace(/^(?=.)/gm, by);
const duration = (seconds: number) =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
const nameOf = ({ path }: Outcome) => path.join(" > ") || "the file as a whole";
const fullName = (outcome: Outcome) => [outcome.file, ...outcome.path].join(" > ");

const counts = (outcomes: Outcome[]) => {
  const of = (status: Outcome["status"]) => outcomes.filter((outcome) => outcome.status === status).length;
  return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") };
};

/** Lines of a file's own output that are shown when something in it failed. */
const outputLines = 40;

/** Tells what runs and how it went; in colour on a terminal only. */
export class Report {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  check(outcome: Outcome): void {
    this.#line(`${this.#mark(outcome)} ${outcome.file} (${duration(outcome.seconds)})`);
    if (outcome.status !== "passed") this.#line(indent(outcome.reason ?? "", "    "));
  }

  /** A file that ran unseen. */
  file(result: FileResult): void {
    this.end(result);
    for (const outcome of result.outcomes) if (outcome.status !== "passed") this.test(outcome);
    if (counts(result.outcomes).failed === 0 || result.output === "") return;
    this.#line(this.#dim(indent(result.output.trimEnd().split("\n").slice(-outputLines).join("\n"), "    | ")));
  }

  start(file: string): void {
    this.#line(`${file} ...`);
  }

  test(outcome: Outcome): void {
    const { status, seconds, reason } = outcome;
    const more = status === "skipped" ? `: ${reason}` : seconds < 1 ? "" : ` (${duration(seconds)})`;
    this.#line(`  ${this.#mark(outcome)} ${nameOf(outcome)}${more}`);
    if (status === "failed") this.#line(indent(reason ?? "", "    "));
  }

  output(text: string): void {
    this.#stream.write(this.#dim(indent(text, "    | ")));
  }

  end({ file, outcomes, seconds }: FileResult): void {
    const { passed, failed, skipped } = counts(outcomes);
    const more = `${failed > 0 ? `, ${failed} failed` : ""}${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    const mark = this.#mark({ status: failed > 0 ? "failed" : passed > 0 ? "passed" : "skipped" });
    this.#line(`${mark} ${file}: ${passed} passed${more} (${duration(seconds)})`);
  }

  /** The failures by name and the last line. Returns whether all is well: something ran and nothing failed. */
  total(outcomes: Outcome[]): boolean {
    const { passed, failed, skipped } = counts(outcomes);
    const failures = outcomes.filter(({ status }) => status === "failed");
    if (failures.length > 0) this.#line("\nfailed:");
    for (const outcome of failures) this.#line(`  ${fullName(outcome)}`);
    if (outcomes.length === 0) this.#line("no test has such a path");
    this.#line(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    return failed === 0 && passed + skipped > 0;
  }

  #line(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  #mark({ status }: Pick<Outcome, "status">): string {
    if (status === "passed") return styleText("green", "ok  ", { stream: this.#stream });
    if (status === "skipped") return styleText("yellow", "skip", { stream: this.#stream });
    return styleText(["red", "bold"], "FAIL", { stream: this.#stream });
  }

  #dim(text: string): string {
    return styleText("dim", text, { stream: this.#stream });
  }
}

/** How one test ended; type checker and linter count as one test each. */
export interface Outcome {
  /** Test file or check. */
  file: string;
  /** The suites that it is in, then its own name; empty for a check or a file as a whole. */
  path: string[];
  status: "passed" | "failed" | "skipped";
  seconds: number;
  /** Why it failed or was skipped. */
  reason?: string;
}

/** All outcomes of a test file. */
export interface FileResult {
  file: string;
  outcomes: Outcome[];
  seconds: number;
  /** What it wrote to stdout and stderr. */
  output: string;
}

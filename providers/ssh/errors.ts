import { createHash } from "node:crypto";

/** The host could not be reached or did not let us in. The message is one sentence with the mend. */
export class ConnectError extends Error {
  override name = "ConnectError";
}

/** What a script printed. */
export interface ScriptResult {
  stdout: string;
  stderr: string;
  status: number;
}

/** A script on the host failed; `result` is what it printed. */
export class ScriptError extends Error {
  override name = "ScriptError";
  readonly result: ScriptResult;
  constructor(where: string, what: string, result: ScriptResult) {
    super(`${where}: ${what}: ${result.stderr.trim() || `exit status ${result.status}`}`);
    this.result = result;
  }
}

/** `SHA256:...` as ssh-keygen -l prints it, of a key's base64 blob. */
export const fingerprint = (blob: string): string =>
  `SHA256:${createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64").replace(/=+$/, "")}`;

/** One cause of a failure: how it is recognized, its words in the error, and the mend. */
export interface Cause<Failure> {
  name: string;
  when: (failure: Failure) => boolean;
  words: (failure: Failure) => string;
  mend: (failure: Failure) => string;
}

/** The sentence of the first cause that matches. The last one of a table has to match always. */
export const explainBy = <Failure>(causes: Cause<Failure>[], failure: Failure): string => {
  const cause = causes.find(({ when }) => when(failure));
  if (!cause) throw new RangeError("expected a table whose last cause always matches");
  return `${cause.words(failure)}: ${cause.mend(failure)}`;
};

import { readFileSync } from "node:fs";
import { compose, parseFacts } from "../../providers/script.ts";

const bash = ["./http.sh", "./ask.sh"].map((file) => readFileSync(new URL(file, import.meta.url), "utf8"));

/** HTTP that is asked on the host: bodies by name, and the first lines of targets. */
export interface Questions {
  bodies?: { name: string; address: string; path: string }[];
  heads?: { address: string; path: string }[];
}

/** The questions as bash. */
export const askScript = ({ bodies = [], heads = [] }: Questions): string =>
  compose(
    {
      names: bodies.map(({ name }) => name),
      addresses: bodies.map(({ address }) => address),
      paths: bodies.map(({ path }) => path),
      heads: heads.map(({ address }) => address),
      head_paths: heads.map(({ path }) => path),
    },
    ...bash,
  );

/** The answers: bodies by name, heads by address and path. */
export const readAnswers = (stdout: string): Map<string, string> =>
  new Map(
    parseFacts(stdout)
      .filter(({ word }) => word === "answer" || word === "head")
      .map(({ values: [name = "", text = ""] }) => [name, text]),
  );

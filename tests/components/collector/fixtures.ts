import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "fixtures");

/** What a program is given and has to answer. */
export interface Fixture {
  /** Its file's name. */
  name: string;
  /** Where the input is from. */
  source: string;
  /** What the run before this one left, for the programs that read it. */
  before: string | undefined;
  input: string;
  /** Comment lines left out: those of metrics are checked by promtool. */
  expected: string;
}

/** The collector's programs that have fixtures: `fixtures/<program>/*.txt`, sections divided by lines such as `--- input`. */
export const programs = readdirSync(folder).sort();

export const fixturesOf = (program: string): Fixture[] =>
  readdirSync(join(folder, program))
    .sort()
    .map((file) => {
      const [source = "", ...sections] = readFileSync(join(folder, program, file), "utf8").split(/^--- (.*\n)/m);
      const section = (name: string) => {
        const index = sections.indexOf(`${name}\n`);
        return index < 0 ? undefined : sections[index + 1];
      };
      const { input, expected } = { input: section("input"), expected: section("expected") };
      if (!source.startsWith("Source: ") || input === undefined || expected === undefined)
        throw new Error(`${program}/${file}: expected Source:, --- input and --- expected`);
      return { name: file.replace(/\.txt$/, ""), source, before: section("before"), input, expected };
    });

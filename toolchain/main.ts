// Gets everything onto this machine that the demo and the tests need, and says what it has:
//   node toolchain/main.ts [--image NAME=FILE]...
import { parseArgs } from "node:util";
import { schema } from "../config/config.ts";
import { engineNeeds, ensureEngine } from "./engine.ts";
import type { ImageName } from "./image-recipes.ts";
import { ensureImages, type Image, imageNeeds } from "./images.ts";
import { duration } from "./progress.ts";
import { ensureSystemPackages } from "./system-packages.ts";
import { table } from "./table.ts";

const names = ["prometheus", "loki", "alloy", "grafana"] as const satisfies ImageName[];

/** The archives handed over on the command line, by the image's name. */
function givenImages(): Partial<Record<ImageName, string>> {
  const { values } = parseArgs({ options: { image: { type: "string", multiple: true, default: [] } } });
  const given: Partial<Record<ImageName, string>> = {};
  for (const text of values.image) {
    const [name, file] = [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)];
    const known = names.find((each) => each === name);
    if (!known) throw new Error(`--image ${text}: expected NAME=FILE with NAME one of ${names.join(", ")}`);
    given[known] = file;
  }
  return given;
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: string }> {
  const started = performance.now();
  const result = await work();
  return { result, seconds: duration((performance.now() - started) / 1000) };
}

/** A row for something that is there or is missing. */
function row(
  what: string,
  part: { version: string; source: string; file: string } | { missing: string },
  seconds = "",
): string[] {
  if ("missing" in part) return [what, "-", "missing", seconds, part.missing];
  return [what, part.version, part.source, seconds, part.file];
}

const partOf = (image: Image) => ("missing" in image ? image : { ...image, file: image.archive });

const given = givenImages();
const defaults = schema.parse({ hosts: {} });
const wanted = names.map((name) => ({ name, reference: defaults[name].image }));
await ensureSystemPackages([...(await engineNeeds()), ...(await imageNeeds(wanted, given))]);
const { result: engine, seconds } = await timed(() => ensureEngine({ standIns: true }));
const rows = [
  ["what", "version", "source", "took", "where, or why not"],
  ["node", process.version.slice(1), "running", "", process.execPath],
  row("engine", { ...engine, file: engine.path.split(":")[0] ?? "" }, seconds),
  ...Object.entries(engine.plugins).map(([name, plugin]) => row(`plugin ${name}`, plugin)),
];
for (const each of wanted) {
  const { result, seconds } = await timed(() => ensureImages([each], given));
  for (const image of result) rows.push(row(`image ${image.name}`, partOf(image), seconds));
}
console.log(table(rows));

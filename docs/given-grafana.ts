import { resolve } from "node:path";
import { UsageError } from "../demo/options.ts";

/**
 * Has the rigs run Grafana's image out of a file, as the tests are given one.
 * @param image `grafana=FILE`, as the command line has it
 */
export const giveGrafana = (image: string): void => {
  const [, file] = /^grafana=(.+)$/s.exec(image) ?? [];
  if (file === undefined) throw new UsageError(`--image: expected grafana=FILE, got ${image}`);
  process.env.WATCHPOST_GRAFANA_ARCHIVE = resolve(file);
};

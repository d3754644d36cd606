import { spawn } from "node:child_process";
import { join } from "node:path";
import { findCached } from "../../../toolchain/cache.ts";
import { buildKey } from "../../../toolchain/go-build.ts";
import { recipes } from "../../../toolchain/recipes.ts";
import { finished } from "../../finished.ts";

const built = await findCached(buildKey(recipes.prometheus));

export const promtool = {
  /** Why metrics cannot be checked here. */
  skip:
    built === undefined &&
    `prometheus ${recipes.prometheus.version} is not in the toolchain's cache: npm run demo builds it`,
};

/** Rejects with promtool's words if a text is not what Prometheus reads, has a series twice, or breaks its rules of naming. */
export const checkMetrics = async (metrics: string): Promise<void> => {
  const child = spawn(join(built ?? "", "promtool"), ["check", "metrics"], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(metrics);
  const { stdout, stderr, status } = await finished(child);
  if (status !== 0) throw new Error(`promtool check metrics: status ${status}: ${stdout}${stderr}`);
  const series = metrics.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const twice = series
    .map((line) => line.replace(/ \S+$/, ""))
    .filter((name, index, names) => names.indexOf(name) < index);
  if (twice.length > 0) throw new Error(`series that are there twice: ${twice.join(", ")}`);
};

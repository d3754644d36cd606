import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { findCached } from "../../../toolchain/cache.ts";
import { buildKey } from "../../../toolchain/go-build.ts";
import { recipes } from "../../../toolchain/recipes.ts";

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
  const told = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(metrics);
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`promtool check metrics: status ${status}: ${(await told).join("")}`);
  const series = metrics.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const twice = series
    .map((line) => line.replace(/ \S+$/, ""))
    .filter((name, index, names) => names.indexOf(name) < index);
  if (twice.length > 0) throw new Error(`series that are there twice: ${twice.join(", ")}`);
};

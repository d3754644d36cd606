import type { Scenario } from "../scenario.ts";
import { injections } from "./injections.ts";
import { pipeline } from "./pipeline.ts";
import { services } from "./services.ts";
import { units } from "./units.ts";

/** All that is provoked and recorded. */
export const scenarios: readonly Scenario[] = [...units, ...services, ...pipeline, ...injections];

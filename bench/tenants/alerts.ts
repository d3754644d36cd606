import { allRules } from "../../components/rules/index.ts";
import { conditionOf } from "../../components/rules/rule.ts";
import { thresholdValues } from "../../components/thresholds.ts";
import type { Rig } from "../../tests/host/rig.ts";
import type { Report } from "../result.ts";

/** Tells whether rules hold at this moment, and of whom; one that has to hold for a while is pending until then. */
export const tellAlerts = async ({ guest }: Rig, report: Report, names: string[]): Promise<void> => {
  for (const rule of allRules.filter(({ name }) => names.includes(name))) {
    const samples = await guest.metrics(conditionOf(rule, thresholdValues()));
    const state = rule.for === "0s" ? "fires" : `pending, fires after ${rule.for}`;
    if (samples.length === 0) report.note(`tenants: ${rule.name}: of nobody`);
    for (const { metric, value } of samples) {
      const whose = metric.user ?? metric.policy ?? metric.suppressed_unit;
      const what = metric.what ?? metric.reason ?? "lines";
      report.note(`tenants: ${rule.name}: ${whose}: ${what} ${Math.round(Number(value[1]))}: ${state}`);
    }
  }
};

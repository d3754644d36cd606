import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/config.ts";
import { gatusSecretsYaml, gatusYaml } from "./gatus.ts";
import { type KumaMonitor, kumaList } from "./kuma.ts";
import { watchTable } from "./table.ts";

/** The watch as files, one for each kind of tool. */
export interface WatchFiles {
  /** Gatus's config, YAML, but for its secrets. */
  gatus: string;
  /** Monitors for Uptime Kuma. */
  kuma: KumaMonitor[];
  /** A table in Markdown, for everything else. */
  table: string;
}

/** The outputs of the watch; the secret one where somebody is told. */
export const watchOutputs = (
  config: Config,
): { uptimeWatch: WatchFiles; uptimeWatchSecrets?: pulumi.Output<string> } => {
  const { emails, webhook } = config.watch;
  return {
    uptimeWatch: { gatus: gatusYaml(config), kuma: kumaList(config), table: watchTable(config) },
    ...(emails.length > 0 || webhook ? { uptimeWatchSecrets: pulumi.secret(gatusSecretsYaml(config)) } : {}),
  };
};

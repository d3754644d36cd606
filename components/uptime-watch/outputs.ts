import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../../config/config.ts";
import type { Path } from "../../config/encrypted.ts";
import { secretIf } from "../secret-if.ts";
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

/**
 * The outputs of the watch; the secret one where somebody is told.
 * @param address Where the config has that of the server.
 */
export const watchOutputs = (
  config: Config,
  address: Path,
): { uptimeWatch: pulumi.Input<WatchFiles>; uptimeWatchSecrets?: pulumi.Output<string> } => {
  const { emails, webhook } = config.watch;
  const files = { gatus: gatusYaml(config), kuma: kumaList(config), table: watchTable(config) };
  return {
    uptimeWatch: secretIf(config, address, files),
    ...(emails.length > 0 || webhook ? { uptimeWatchSecrets: pulumi.secret(gatusSecretsYaml(config)) } : {}),
  };
};

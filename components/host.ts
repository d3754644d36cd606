import type { Config, Server } from "../config/config.ts";
import { Host } from "../providers/host.ts";
import { secretIf } from "./secret-if.ts";

/** A host of the config, as the provider of what lives there. */
export const hostOf = (config: Config, server: Server): Host => {
  const { name, address, hostKey } = server;
  return new Host(name, {
    ...server,
    address: secretIf(config, `hosts.${name}.address`, address),
    hostKey: secretIf(config, `hosts.${name}.hostKey`, hostKey),
  });
};

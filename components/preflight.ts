import type { Config } from "../config/config.ts";
import { splitHostPort } from "../config/host-port.ts";
import { enabled } from "../config/listen.ts";
import type { PreflightInputs } from "../providers/preflight.ts";
import { homeOf, idRange, podUser } from "./pod/observability-pod.ts";

/** What this config asks of a host. */
export const preflightOf = (config: Config): PreflightInputs => {
  const user = podUser(config);
  return {
    user,
    home: user ? homeOf(config) : "",
    range: idRange,
    ...(config.access.open ? {} : { nftables: true as const }),
    ports: enabled(config).map((name) => String(splitHostPort(config[name].listen).port)),
    // the images unpacked, and room for the first data
    diskMib: 3072,
    users: Object.fromEntries(
      Object.entries(config.services)
        .filter(([, { user }]) => user !== "root")
        .map(([service, { user }]) => [`services.${service}.user`, user]),
    ),
  };
};

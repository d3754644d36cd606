import { readFileSync } from "node:fs";
import { withoutRights } from "../hardening.ts";
import { renderQuadlet } from "../quadlet.ts";
import { type Port, portList } from "./ports.ts";

/** The unit that holds the table. */
export const accessUnit = "watchpost-access.service";
const program = "/usr/local/libexec/watchpost-access/load.sh";
// by the shell's name: the unit is checked before the program is there
const run = `/bin/sh ${program}`;
const list = "/etc/watchpost/access/ports";

const service = renderQuadlet({
  Unit: {
    Description: "Watchpost: who may connect to its ports on the loopback",
    // which forgets every table when it starts or reloads
    PartOf: "nftables.service",
    ReloadPropagatedFrom: "nftables.service",
    After: "nftables.service nss-user-lookup.target",
    // users' services start after that
    Before: "systemd-user-sessions.service",
  },
  Service: {
    Type: "oneshot",
    RemainAfterExit: true,
    ExecStart: `${run} load ${list}`,
    ExecReload: `${run} load ${list}`,
    ExecStop: `${run} unload`,
    ...withoutRights,
    CapabilityBoundingSet: "CAP_NET_ADMIN",
    PrivateNetwork: false,
    IPAddressDeny: undefined,
  },
  Install: { WantedBy: "multi-user.target" },
});

/** The unit, its program, and the list of the ports, which it takes by a reload. */
export const accessFiles = (ports: Port[]): { path: string; content: string; change?: "reload" }[] => [
  { path: program, content: readFileSync(new URL("./load.sh", import.meta.url), "utf8") },
  { path: `/etc/systemd/system/${accessUnit}`, content: service },
  { path: list, content: portList(ports), change: "reload" },
];

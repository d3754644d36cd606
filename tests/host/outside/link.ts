import { run } from "../../../toolchain/command.ts";
import type { Guest } from "../guest.ts";
import type { Rig } from "../rig.ts";
import type { WatchHost } from "./watch-host.ts";

/** The two ends of the network, from a range that nobody has (RFC 5737). */
export const ends = { server: "192.0.2.1", watch: "192.0.2.2" } as const;
const name = "outside";

/** Puts a network between the two hosts, the only way from one to the other; a reboot of either takes it away. */
export const plug = async (server: Rig, watch: WatchHost): Promise<void> => {
  const { leader, address } = server.host;
  const peer = ["type", "veth", "peer", "name", name, "netns", `${watch.host.leader}`];
  await run("ip", ["link", "add", name, "netns", `${leader}`, ...peer]);
  const up = (end: string) => `ip address add ${end}/30 dev ${name} && ip link set ${name} up`;
  await Promise.all([server.guest.sh(up(ends.server)), watch.guest.sh(up(ends.watch))]);
  // the address by which the config names the server
  await watch.guest.sh(`ip route add ${address} via ${ends.server} dev ${name}`);
};

/** Cuts the network: packets are lost, and nobody is told. */
export const cut = (guest: Guest): Promise<string> => guest.sh(`ip link set ${name} down`);
export const mend = (guest: Guest): Promise<string> => guest.sh(`ip link set ${name} up`);

/**
 * Gives a throwaway host a default route, by the machine before it: without one podman gives a rootless container no
 * network to go out by. It comes back at a boot.
 */
export const giveWayOut = async (guest: Guest, router: string): Promise<void> => {
  const route = `ip route add default via ${router}`;
  const folder = "/etc/systemd/system/host0.service.d";
  await guest.sh(
    `mkdir -p ${folder} && printf '[Service]\\nExecStart=/usr/sbin/${route}\\n' >${folder}/route.conf && ${route}`,
  );
};

import { CommandError } from "../toolchain/command.ts";
import type { Place } from "./place.ts";
import { system } from "./system.ts";
import { until } from "./until.ts";

const BLOCKS = 2 ** 14; // the /30 blocks of 10.99.0.0/16
const BROAD = 16; // a wider route (a VPN's 10.0.0.0/8, say) spares the four addresses of a block
const RELEASE_MS = 10_000;

/** A host's end of the network and ours; the bridge outlives reboots of the guest, which nspawn plugs into it. */
export interface Network {
  bridge: string;
  /** This machine's address on the bridge. */
  outside: string;
  /** The guest's. */
  inside: string;
  prefix: 30;
}

/** The block of that number, out of 10.99.0.0/16. */
export function networkOf(block: number): Network {
  const at = (offset: number) => `10.99.${block >> 6}.${((block & 63) << 2) + offset}`;
  return { bridge: `wp99-${block}`, outside: at(1), inside: at(2), prefix: 30 };
}

// The owner is written into the bridge's MAC address because the kernel sets that together with the name.
const macOf = (place: Place) => ["02", "57", ...(place.id.match(/../g) ?? [])].join(":");
const vethOf = (place: Place) => `vb-${machineOf(place)}`;

/** The name that nspawn gives to the guest's machine, and out of it to its network interface (at most 15 letters). */
export const machineOf = (place: Place): string => `wp-${place.id}`;

const toNumber = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

/** Whether a route's destination ("10.99.0.0/24", "10.99.0.1", "default") takes some of a block's addresses. */
export function overlaps(destination: string, { outside }: Network): boolean {
  if (!/^\d/.test(destination)) return false;
  const [address = "", length = "32"] = destination.split("/");
  if (Number(length) < BROAD) return false;
  const size = 2 ** (32 - Math.min(Number(length), 30));
  return Math.floor(toNumber(address) / size) === Math.floor(toNumber(outside) / size);
}

/** Every route of this machine, those of its own addresses among them. */
async function destinations(): Promise<string[]> {
  const routes = JSON.parse((await system("ip", ["-json", "-4", "route", "show", "table", "all"])) || "[]");
  return (routes as { dst: string }[]).map(({ dst }) => dst);
}

async function create(bridge: string, mac: string): Promise<boolean> {
  try {
    // The kernel lets only one have the name: this is the lock between all who look for a block.
    await system("ip", ["link", "add", "name", bridge, "address", mac, "type", "bridge"]);
    return true;
  } catch (error) {
    if (error instanceof CommandError && error.message.includes("File exists")) return false;
    throw error;
  }
}

/**
 * Takes a free block of 10.99.0.0/16 for a host and sets up this machine's end of it.
 * There is no route, no forwarding and no address translation: the guest reaches nothing but this machine's end.
 * @throws Error when every block is in use.
 */
export async function claimNetwork(place: Place): Promise<Network> {
  const taken = await destinations();
  for (let block = 0; block < BLOCKS; block += 1) {
    const network = networkOf(block);
    if (taken.some((destination) => overlaps(destination, network))) continue;
    if (!(await create(network.bridge, macOf(place)))) continue;
    await system("ip", ["address", "add", `${network.outside}/${network.prefix}`, "dev", network.bridge]);
    await system("ip", ["link", "set", network.bridge, "addrgenmode", "none", "up"]);
    return network;
  }
  throw new Error("no free network for a throwaway host: this machine has a route to every part of 10.99.0.0/16");
}

interface Link {
  ifname: string;
  address?: string;
}

async function removeLinks(place: Place, which: (link: Link) => boolean): Promise<void> {
  await until(`the network interfaces of the throwaway host ${place.name} are gone`, RELEASE_MS, async () => {
    const links = (JSON.parse((await system("ip", ["-json", "link"])) || "[]") as Link[]).filter(which);
    for (const { ifname } of links) await system("ip", ["link", "delete", ifname]).catch(() => {}); // may go by itself
    return links.length === 0 ? true : undefined;
  });
}

const isCable = (place: Place, { ifname }: Link) => ifname === vethOf(place);

/** Removes the cable between a dead guest and its bridge: the kernel takes a while to, and the next boot makes it anew. */
export const unplug = (place: Place): Promise<void> => removeLinks(place, (link) => isCable(place, link));

/** Removes a host's interfaces, whatever was recorded of them. */
export const releaseNetwork = (place: Place): Promise<void> =>
  removeLinks(
    place,
    (link) => isCable(place, link) || (link.ifname.startsWith("wp99-") && link.address === macOf(place)),
  );

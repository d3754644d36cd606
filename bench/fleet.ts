import type { Fleet } from "../tests/host/neighbours/fleet.ts";

/** The size that the figures are given for. */
export const usualFleet: Fleet = { name: "fleet", users: 20, containers: 5 };

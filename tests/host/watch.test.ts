import { before, describe } from "node:test";
import { breakGlass } from "./cases/watch/break-glass.ts";
import { destroy } from "./cases/watch/destroy.ts";
import { quiet } from "./cases/watch/quiet.ts";
import { refused } from "./cases/watch/refused.ts";
import { tokenCases } from "./cases/watch/tokens.ts";
import { up } from "./cases/watch/up.ts";
import { listing } from "./listing.ts";
import { useTwoHosts } from "./outside/two-hosts.ts";
import { skip } from "./rig.ts";

// one deployment serves all, so their order counts
describe("a server and a host that watches it", { skip, concurrency: false }, () => {
  const two = useTwoHosts("watch");
  let fresh: string[];
  before(async () => {
    fresh = await listing(two.watch.guest);
  });

  describe("up", () => up(two));
  describe("a config that Gatus refuses", () => refused(two));
  describe("break-glass", () => breakGlass(two));
  describe("no alarm", () => quiet(two));
  describe("tokens", () => tokenCases(two));
  describe("destroy", () => destroy(two, () => fresh));
});

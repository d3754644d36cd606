import { before, describe, test } from "node:test";
import { bounds } from "./cases/signals/bounds.ts";
import { canary } from "./cases/signals/canary.ts";
import { containers } from "./cases/signals/containers.ts";
import { ctrLog } from "./cases/signals/ctr-log.ts";
import { freshUser } from "./cases/signals/fresh-user.ts";
import { journal } from "./cases/signals/journal.ts";
import { queries } from "./cases/signals/queries.ts";
import { scrapes } from "./cases/signals/scrapes.ts";
import { suppressed } from "./cases/signals/suppressed.ts";
import { onlySame } from "./expect.ts";
import { inventory, startServices } from "./neighbours/services.ts";
import { skip, useRig } from "./rig.ts";

const values = {
  services: inventory,
  logs: { drop: { pings: { service: "shop", match: "GET /ping " } } },
  collector: { interval: "5s" },
};

// one deployment serves all
describe("the signals of a host", { skip, concurrency: false }, () => {
  const rig = useRig({ name: "signals", values });
  before(
    async () => {
      await startServices(rig.guest);
      await rig.stack.up();
    },
    { timeout: 300_000 },
  );

  test("a second up --refresh changes nothing", async () => onlySame(await rig.stack.up({ refresh: true })));
  describe("containers and units", () => containers(rig));
  describe("the journal's lines", () => journal(rig));
  describe("more lines than journald takes", () => suppressed(rig));
  describe("ctr.log", () => ctrLog(rig));
  describe("scrapes", () => scrapes(rig));
  describe("a user who comes later", () => freshUser(rig));
  describe("dashboards and rules", () => queries(rig));
  describe("npm run canary", () => canary(rig));
  describe("what a fleet of containers costs", () => bounds(rig));
});

import { before, describe } from "node:test";
import { cgroupsOfUsers } from "./cases/tenants/cgroups.ts";
import { ctrLogOfOthers } from "./cases/tenants/ctr-log.ts";
import { filesOfUsers } from "./cases/tenants/files.ts";
import { labels } from "./cases/tenants/labels.ts";
import { looks } from "./cases/tenants/looks.ts";
import { loopback } from "./cases/tenants/loopback.ts";
import { skip, useRig } from "./rig.ts";
import { startVictim } from "./tenants/users.ts";

const values = {
  services: { shop: { user: "shop" } },
  collector: { interval: "5s" },
  access: { prometheus: ["shop"] },
};

// one deployment serves all; mallory has a manager, a podman, and bad intentions
describe("one user's mischief stays his own", { skip, concurrency: false }, () => {
  const rig = useRig({ name: "tenants", values });
  before(
    async () => {
      await startVictim(rig.guest);
      await rig.stack.up();
    },
    { timeout: 300_000 },
  );

  describe("a ctr.log that is something else", () => ctrLogOfOthers(rig));
  describe("a file in a user's folder", () => filesOfUsers(rig));
  describe("a line that claims to be another's", () => labels(rig));
  describe("the stack's ports on the loopback", () => loopback(rig));
  describe("a look at a user who lies", () => looks(rig));
  describe("control groups without number", () => cgroupsOfUsers(rig));
});

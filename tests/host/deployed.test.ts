import { before, describe } from "node:test";
import { changes } from "./cases/changes.ts";
import { destroy } from "./cases/destroy.ts";
import { drift } from "./cases/drift.ts";
import { image } from "./cases/image.ts";
import { offline } from "./cases/offline.ts";
import { outputs } from "./cases/outputs.ts";
import { ports } from "./cases/ports.ts";
import { pullRequest } from "./cases/pull-request.ts";
import { reboot } from "./cases/reboot.ts";
import { refused } from "./cases/refused.ts";
import { secrets } from "./cases/secrets.ts";
import { unhealthy } from "./cases/unhealthy.ts";
import { up } from "./cases/up.ts";
import { listing } from "./listing.ts";
import { skip, useRig } from "./rig.ts";

// one deployment serves all, so their order counts: each begins with a healthy stack and leaves one
describe("a deployed stack", { skip, concurrency: false }, () => {
  const rig = useRig({ name: "deployed", values: { deleteData: false } });
  let fresh: string[];
  before(async () => {
    fresh = await listing(rig.guest);
  });

  describe("up", () => up(rig));
  describe("preview", () => offline(rig));
  describe("a pull request", () => pullRequest(rig));
  describe("outputs", () => outputs(rig));
  describe("a change", () => changes(rig));
  describe("a broken config", () => refused(rig));
  describe("a unit that fails", () => unhealthy(rig));
  describe("drift", () => drift(rig));
  describe("another image", () => image(rig));
  describe("secrets", () => secrets(rig));
  describe("the network", () => ports(rig));
  describe("a reboot", () => reboot(rig));
  describe("destroy", () => destroy(rig, () => fresh));
});

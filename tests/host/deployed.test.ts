import { describe } from "node:test";
import { changes } from "./cases/changes.ts";
import { up } from "./cases/up.ts";
import { skip, useRig } from "./rig.ts";

describe("a deployed stack", { skip, concurrency: false }, () => {
  const rig = useRig("deployed");
  describe("up", () => up(rig));
  describe("a change", () => changes(rig));
});

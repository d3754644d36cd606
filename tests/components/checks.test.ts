import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { describe, test } from "node:test";
import { checkCommand, podConfigs } from "../../components/pod/configs.ts";
import type { PodContainer } from "../../components/pod/containers.ts";
import { scrapeJobs } from "../../components/scrape/jobs.ts";
import { configWith } from "../config/sample.ts";
import { containerTexts, imageId } from "./containers.ts";
import { QuadletText } from "./quadlet-text.ts";

const config = configWith();
const jobs = scrapeJobs(config, "web");
const quadlets = containerTexts(config);

describe("before a config replaces the old one, its own tool checks it", () => {
  for (const name of ["prometheus", "loki"] as const) {
    const { files, check } = podConfigs[name](config, jobs);
    const words = checkCommand(imageId, check ?? assert.fail(`${name} has no check`)).split(" ");
    const option = (flag: string) => words.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);
    const after = words.slice(words.indexOf(imageId) + 1);

    test(`${name}: out of the image that will run it`, () => {
      assert.deepEqual(words.slice(0, 2), ["podman", "run"]);
      assert.ok(words.includes("--rm") && words.includes("--read-only") && words.includes("--network=none"));
      assert.match(option("--entrypoint") ?? "", /^\/(usr\/)?bin\/(promtool|loki)$/);
      assert.ok(after.length > 0);
    });

    test(`${name}: on the new file, where the container will see it`, () => {
      const [staged = "", inside = "", how] = (option("--volume") ?? "").split(":");
      assert.equal(how, "ro");
      const mounts = new QuadletText(quadlets[name] ?? "").all("Container.Volume");
      assert.ok(mounts.includes(`${staged.replace("{stage}", "")}:${inside}:ro`), staged);
      for (const { path } of files) {
        assert.equal(`{stage}${dirname(path)}`, staged);
        assert.ok(
          after.some((word) => word.endsWith(`${inside}/${basename(path)}`)),
          path,
        );
      }
    });
  }

  test("a change of it asks as little as the container can do with", () => {
    const changes = (name: PodContainer) =>
      podConfigs[name](config, jobs).files.map(({ change = "restart" }) => change);
    const reloads = (name: PodContainer) =>
      new QuadletText(quadlets[name] ?? "").one("Service.ExecReload") !== undefined;
    for (const name of ["prometheus", "loki", "grafana"] as const)
      assert.deepEqual(new Set(changes(name)), new Set([reloads(name) ? "reload" : "restart"]), name);
  });
});

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { schema } from "../../config/config.ts";
import { isAtLeast } from "../../toolchain/go.ts";
import { imageRecipes } from "../../toolchain/image-recipes.ts";
import { versionOf } from "../../toolchain/image-reference.ts";
import { pluginVersions } from "../../toolchain/plugins.ts";
import { recipes } from "../../toolchain/recipes.ts";

test("the engine and the plugins have the versions of their npm packages", async () => {
  const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));
  assert.equal(recipes.engine.version, dependencies["@pulumi/pulumi"]);
  assert.equal(pluginVersions.command, dependencies["@pulumi/command"]);
  assert.equal(pluginVersions.random, dependencies["@pulumi/random"]);
  assert.equal(pluginVersions.grafana, dependencies["@pulumiverse/grafana"]);
});

test("the images that can be built have the versions that the config names", () => {
  const defaults = schema.parse({ hosts: {} });
  for (const name of ["prometheus", "loki", "alloy"] as const)
    assert.equal(versionOf(defaults[name].image), imageRecipes[name]?.build.version);
});

test("versions are compared by number", () => {
  assert.equal(isAtLeast("1.26.8", "1.26.8"), true);
  assert.equal(isAtLeast("1.26.10", "1.26.8"), true);
  assert.equal(isAtLeast("1.9.9", "1.26.8"), false);
  assert.equal(isAtLeast("2.0", "1.26.8"), true);
});

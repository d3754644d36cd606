import assert from "node:assert/strict";
import { test } from "node:test";
import { wrapperGoMod } from "../../toolchain/go-module.ts";
import { type Recipe, recipes } from "../../toolchain/recipes.ts";

const recipe: Recipe = {
  name: "thing",
  version: "1.2.3",
  module: "example.org/thing",
  moduleVersion: "v1.2.3",
  packages: ["cmd/thing"],
  tags: [],
  cgo: false,
  stamps: {},
  requires: { "example.org/thing/syntax": "v0.1.1" },
};

test("a wrapper requires the exact module and stands under the module's own rules", () => {
  const text = wrapperGoMod(recipe, {
    Go: "1.26.5",
    Require: [
      { Path: "example.org/a", Version: "v1.0.0" },
      { Path: "example.org/b", Version: "v2.0.0", Indirect: true },
      { Path: "example.org/thing/syntax", Version: "v0.1.0" },
    ],
    Replace: [
      { Old: { Path: "example.org/a" }, New: { Path: "example.org/fork", Version: "v1.0.1" } },
      { Old: { Path: "example.org/b", Version: "v2.0.0" }, New: { Path: "example.org/b", Version: "v1.9.0" } },
      { Old: { Path: "example.org/thing/syntax" }, New: { Path: "./syntax" } },
    ],
    Exclude: [{ Path: "example.org/c", Version: "v8.0.0" }],
  });
  assert.equal(
    text,
    `module watchpost.invalid/build/thing
go 1.26.5
require example.org/thing v1.2.3
require example.org/thing/syntax v0.1.1
require example.org/a v1.0.0
require example.org/b v2.0.0 // indirect
replace example.org/a => example.org/fork v1.0.1
replace example.org/b v2.0.0 => example.org/b v1.9.0
exclude example.org/c v8.0.0
`,
  );
});

test("a module without requirements of its own", () => {
  assert.equal(
    wrapperGoMod({ ...recipe, requires: {} }, { Require: null, Replace: null, Exclude: null }),
    "module watchpost.invalid/build/thing\ngo 1.24\nrequire example.org/thing v1.2.3\n",
  );
});

test("every recipe stamps the version that it is known by", () => {
  for (const each of Object.values<Recipe>(recipes))
    for (const [variable, value] of Object.entries(each.stamps))
      if (variable.endsWith("ersion")) assert.equal(value.replace(/^v/, ""), each.version, each.name);
});

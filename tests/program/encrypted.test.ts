import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encryptionProblems } from "../../config/may-be-encrypted.ts";
import { readConfig } from "../../config/read.ts";
import { full, others } from "../config/full.ts";
import { marked, textPaths } from "../config/markers.ts";
import { raw } from "../config/sample.ts";
import { type Declared, deploy, plainly } from "./deploy.ts";

type Values = Record<string, unknown>;
const forms: [what: string, form: Values][] = [
  ["a full config", full()],
  ...Object.entries(others).map(([what, change]): [string, Values] => [what, change(full())]),
];

/** The config with a marker in each text that may be encrypted, and the markers by path. */
const markAll = (form: Values) => {
  const sound = readConfig(raw(form));
  const markers = new Map<string, string>();
  let values = form;
  for (const path of textPaths(form).filter((path) => encryptionProblems([path], sound).length === 0)) {
    const marker = `mk${markers.size}x7f3a`;
    const changed = marked(values, path, marker);
    // a group of both lists cannot change in one of them
    if (!changed) assert.match(path, /^grafana\.login\.(roles\.Viewer|allowedGroups)\.0$/);
    values = changed ?? values;
    if (changed) markers.set(path, marker);
  }
  return { values, markers };
};

const others640 = (mode: string) => (Number.parseInt(mode, 8) & 0o007) === 0;

/** What of a resource others may read on the host, whether the engine keeps it secret or not: inputs by name. */
const readable = ({ type, inputs }: Declared): unknown => {
  if (!type.startsWith("pulumi-nodejs:dynamic/watchpost:")) return [];
  if (type.endsWith(":PodmanSecret")) return { ...inputs, value: "" };
  if (type.endsWith(":HostCommand")) return { ...inputs, script: "" };
  if (type.endsWith(":HostFile") && others640(String(inputs.mode))) return { ...inputs, content: "" };
  return inputs;
};

describe("what is encrypted in the config is a secret everywhere", () => {
  for (const [what, form] of forms)
    test(what, async () => {
      const { values, markers } = markAll(form);
      assert.ok(markers.size > 30, "most of a config may be encrypted");
      const secretKeys = Object.keys(values).map((key) => `watchpost:${key}`);
      const { resources, outputs, secretOutputs } = await deploy(values, [], secretKeys);
      const open = Object.entries(outputs).filter(([key]) => !secretOutputs.includes(key));
      for (const [path, marker] of markers) {
        for (const one of resources) {
          assert.ok(!plainly(one.inputs).includes(marker), `${path} in the state of ${one.name}`);
          assert.ok(!JSON.stringify(readable(one)).includes(marker), `${path} on the host by ${one.name}`);
        }
        assert.ok(!JSON.stringify(open).includes(marker), `${path} in the outputs`);
      }
      const all = JSON.stringify([resources, outputs]);
      const nowhere = [...markers].filter(([, marker]) => !all.includes(marker)).map(([path]) => path);
      assert.deepEqual(nowhere, [], "each was looked for where it goes");
    });

  test("what would stand on the host for all to read is refused instead", async () => {
    const [, form] = forms[0] ?? [];
    const config = full();
    const sound = readConfig(raw(config));
    for (const path of textPaths(form).filter((path) => encryptionProblems([path], sound).length > 0)) {
      const changed = marked(config, path, "mk7f3a") ?? config;
      assert.throws(() => readConfig(raw(changed), [path]), {
        message: new RegExp(`^the config has a mistake:\n  ${path}: is encrypted, .* set it without --secret$`),
      });
    }
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseFile, sha256 } from "../../providers/host-file.ts";
import { parseUser } from "../../providers/service-user.ts";
import { parseUnit, type SystemdUnitInputs } from "../../providers/systemd-unit.ts";
import { facts } from "./facts.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a service user as the host tells it", () => {
  const range = "100000-65536";
  const cases: [string, string[], unknown][] = [
    [
      "ours, complete",
      ["990", "985", "1", "/usr/sbin/nologin", "1", range, range],
      { uid: 990, gid: 985, ours: true, shell: "/usr/sbin/nologin", linger: true, range: 65536 },
    ],
    [
      "somebody else's, without linger",
      ["1000", "1000", "", "/bin/zsh", "", range, range],
      { uid: 1000, gid: 1000, ours: false, shell: "/bin/zsh", linger: false, range: 65536 },
    ],
    [
      "without subordinate groups: no range that could be used",
      ["990", "990", "1", "/bin/sh", "1", range, ""],
      { uid: 990, gid: 990, ours: true, shell: "/bin/sh", linger: true, range: 0 },
    ],
    [
      "with ranges of two lengths: the shorter one counts",
      ["990", "990", "1", "/bin/sh", "1", "100000-65536", "200000-1000"],
      { uid: 990, gid: 990, ours: true, shell: "/bin/sh", linger: true, range: 1000 },
    ],
  ];
  for (const [what, values, expected] of cases)
    test(what, () => {
      const seen = parseUser(facts(["user", ...values]));
      assert.deepEqual({ ...seen?.facts, ...seen?.found }, expected);
    });

  test("that is none", () => assert.equal(parseUser(""), undefined));
});

describe("a file as the host tells it", () => {
  test("has its content where that is another one", () => {
    const text = "größer\n\n'x'";
    assert.deepEqual(parseFile(["2", "640", "app:app", sha256(text), base64(text)]), {
      index: 2,
      mode: "640",
      owner: "app:app",
      sum: sha256(text),
      content: text,
    });
  });
});

describe("a unit as the host tells it", () => {
  const file = (path: string, content: string) =>
    ({ path, content, change: "restart", mode: "644", owner: "root:root" }) as const;
  const [container, volume] = [file("app.container", "[Container]\n"), file("app.volume", "[Volume]\n")];
  const state: SystemdUnitInputs = {
    unit: "app.service",
    user: "app",
    files: [container, volume],
    validate: [],
    deleteVolumes: [],
    triggers: [],
    timeoutSeconds: 60,
    state: "active",
  };
  const same = (index: number): [string, ...string[]] => {
    const sum = sha256(state.files[index]?.content ?? "");
    return ["file", `${index}`, "644", "root:root", sum, ""];
  };
  const cases: [string, [string, ...string[]][], Partial<SystemdUnitInputs>][] = [
    ["as declared", [same(0), same(1), ["unit", "active"]], {}],
    ["not running", [same(0), same(1), ["unit", "failed"]], { state: "failed" }],
    [
      "a file edited",
      [["file", "0", "644", "root:root", sha256("ü\n"), base64("ü\n")], same(1), ["unit", "active"]],
      { files: [{ ...container, content: "ü\n" }, volume] },
    ],
    [
      "a file emptied",
      [same(0), ["file", "1", "644", "root:root", sha256(""), ""], ["unit", "active"]],
      { files: [container, { ...volume, content: "" }] },
    ],
    ["a file gone", [same(1), ["unit", "active"]], { files: [volume] }],
    [
      "mode and owner changed",
      [["file", "0", "600", "app:app", sha256(container.content), ""], same(1), ["unit", "active"]],
      { files: [{ ...container, mode: "600", owner: "app:app" }, volume] },
    ],
    ["nothing of it there", [["unit", "inactive"]], { files: [], state: "inactive" }],
    ["no manager to ask", [], { files: [], state: "gone" }],
  ];
  for (const [what, lines, changes] of cases)
    test(what, () => assert.deepEqual(parseUnit(facts(...lines), state), { ...state, ...changes }));
});

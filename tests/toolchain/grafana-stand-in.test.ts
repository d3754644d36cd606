import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deletionRefusal, kindOf, refusal } from "../../toolchain/stand-ins/grafana/refusals.ts";

const kept = {
  f: { type: "grafana:oss/folder:Folder", props: { uid: "watchpost" } },
  c: { type: "grafana:alerting/contactPoint:ContactPoint", props: { name: "ops" } },
  m: { type: "grafana:alerting/muteTiming:MuteTiming", props: { name: "nights" } },
  r: {
    type: "grafana:alerting/ruleGroup:RuleGroup",
    props: { name: "host", folderUid: "watchpost", rules: [{ uid: "u" }] },
  },
  p: {
    type: "grafana:alerting/notificationPolicy:NotificationPolicy",
    props: { contactPoint: "ops", policies: [{ contactPoint: "ops", muteTimings: ["nights"] }] },
  },
};

test("a type is known by its last part", () => assert.equal(kindOf(kept.c.type), "ContactPoint"));

describe("the stand-in for the Grafana plugin refuses what Grafana does", () => {
  const refusals: [what: string, kind: string, props: Record<string, unknown>, why: RegExp | undefined][] = [
    ["a name that is taken", "MuteTiming", { name: "nights" }, /409: MuteTiming nights exists already/],
    ["the same name of another kind", "ContactPoint", { name: "nights" }, undefined],
    ["a folder that is there", "Folder", { uid: "watchpost" }, /409/],
    ["a dashboard without its folder", "Dashboard", { folder: "none", configJson: "{}" }, /404: folder none/],
    ["a dashboard in a folder", "Dashboard", { folder: "watchpost", configJson: "{}" }, undefined],
    ["a policy to nobody", "NotificationPolicy", { contactPoint: "op" }, /400: contact point op does not exist/],
    [
      "a policy deep down that is muted when there is no such time",
      "NotificationPolicy",
      { contactPoint: "ops", policies: [{ policies: [{ muteTimings: ["days"] }] }] },
      /400: mute timing days does not exist/,
    ],
    [
      "a rule whose uid another group has",
      "RuleGroup",
      { name: "other", folderUid: "watchpost", rules: [{ uid: "u" }] },
      /409: a rule with the uid u/,
    ],
  ];
  for (const [what, kind, props, why] of refusals)
    test(what, () => {
      const got = refusal(kind, props, kept);
      if (why) assert.match(got ?? "", why);
      else assert.equal(got, undefined);
    });

  test("to delete what the policy names", () => {
    assert.match(deletionRefusal("ContactPoint", { name: "ops" }, kept) ?? "", /409: ContactPoint ops is used/);
    assert.match(deletionRefusal("MuteTiming", { name: "nights" }, kept) ?? "", /409/);
    assert.equal(deletionRefusal("ContactPoint", { name: "hook" }, kept), undefined);
    assert.equal(deletionRefusal("Folder", { uid: "watchpost" }, kept), undefined);
  });
});

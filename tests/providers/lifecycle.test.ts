import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { FakeHost } from "./fake-host.ts";
import { type KindFixture, kinds } from "./kinds.ts";

/** What a host prints for whichever kind the script is of. */
const answerTo = (script: string): string =>
  kinds.find(({ identity, inputs }) => {
    const key = identity.at(-1) ?? "diskMib";
    return script.includes(`\n${key === "diskMib" ? "disk_mib" : key}='${inputs[key]}'`);
  })?.asDeclared ?? "";

// as the engine stands in for what is known only after an update
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The inputs as the engine hands them on after check. */
const checked = async ({ provider, inputs }: KindFixture) => {
  const offline = { get: () => undefined, require: () => assert.fail("check asked for the host") };
  const { inputs: news } = await provider(offline as never).check({}, { ...inputs, __provider: "1" });
  return news;
};

for (const kind of kinds)
  describe(`the lifecycle of ${kind.name}`, () => {
    let host: FakeHost;
    let stdout: string;
    let calls: ReturnType<KindFixture["provider"]>;
    let news: Record<string, unknown>;
    /** The state after a first `up`. */
    let olds: Record<string, unknown>;

    before(async () => {
      host = await FakeHost.start({ answer: () => ({ stdout }) });
      calls = kind.provider(host.config);
    });
    after(() => host.stop());
    beforeEach(async () => {
      stdout = kind.asDeclared;
      news = await checked(kind);
      olds = (await calls.create(news)).outs;
      host.commands.length = 0;
    });

    test("create makes one round trip, and leaves nothing to do", async () => {
      const { id, outs } = await calls.create(news);
      assert.ok(id);
      assert.equal(host.commands.length, 1);
      // the engine adds the provider's code to both; that it was edited is no change of the resource
      const diff = await calls.diff(id, { ...outs, __provider: "old code" }, { ...news, __provider: "new code" });
      assert.equal(diff.changes, false);
    });

    test("update makes one round trip, and leaves nothing to do", async () => {
      const { outs } = await calls.update("id", olds, news);
      assert.equal(host.commands.length, 1);
      assert.equal((await calls.diff("id", outs, news)).changes, false);
    });

    test("read of what is as declared finds nothing to do", async () => {
      const { props, inputs } = await calls.read("id", olds);
      assert.ok(host.commands.length <= 1);
      assert.deepEqual(inputs, news);
      assert.equal((await calls.diff("id", props, news)).changes, false);
    });

    for (const [what, seen] of Object.entries(kind.drifts))
      test(`read shows drift: ${what}`, async () => {
        stdout = seen;
        const { props, inputs } = await calls.read("id", olds);
        const diff = await calls.diff("id", props, news);
        assert.deepEqual([diff.changes, diff.replaces], [true, []]);
        assert.notDeepEqual(inputs, news);
      });

    test("check and diff need no host, also where values are unknown yet", async () => {
      for (const key of Object.keys(kind.inputs)) {
        const { inputs } = await calls.check(olds, { ...kind.inputs, [key]: unknown });
        assert.equal(inputs[key], unknown);
        assert.equal((await calls.diff("id", olds, inputs)).changes, true);
      }
      assert.equal(host.commands.length, 0);
    });

    test(`it is another object where ${kind.identity.join(" or ") || "nothing"} changes`, async () => {
      const replacesFor = async (key: string) => (await calls.diff("id", olds, { ...news, [key]: "other" })).replaces;
      const replaced = await Promise.all(Object.keys(kind.inputs).map(replacesFor));
      assert.deepEqual(replaced.flat(), kind.identity);
    });

    if (kind.lasting) return;

    test("read of what is gone says so", async () => {
      stdout = "";
      assert.deepEqual(await calls.read("id", olds), {});
    });

    test("delete makes one round trip", async () => {
      stdout = "";
      await calls.delete("id", olds);
      assert.equal(host.commands.length, 1);
    });
  });

test("all kinds share the one connection to their host", async (t) => {
  const host = await FakeHost.start({ answer: (script) => ({ stdout: answerTo(script) }) });
  t.after(() => host.stop());
  const create = async (kind: KindFixture) => kind.provider(host.config).create(await checked(kind));
  await Promise.all(kinds.map(create));
  assert.deepEqual([host.handshakes, host.commands.length], [1, kinds.length]);
});

import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, type TestContext, test } from "node:test";
import { askOnce } from "../../toolchain/refusals.ts";

describe("a refusal is remembered", () => {
  const former = { ...process.env };
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-refusals-"));
    process.env.WATCHPOST_CACHE = folder;
  });
  afterEach(async () => {
    for (const name of ["WATCHPOST_CACHE", "WATCHPOST_ASK_AGAIN"]) {
      delete process.env[name];
      if (former[name] !== undefined) process.env[name] = former[name];
    }
    await rm(folder, { recursive: true });
  });

  const asking = (t: TestContext) => {
    const write = t.mock.method(process.stderr, "write", () => true);
    const ask = t.mock.fn(async (): Promise<string | undefined> => "no such host");
    return { ask, said: () => write.mock.calls.map((call) => String(call.arguments[0])).join("") };
  };
  const file = () => join(folder, "refusals", "get.example.org");

  test("and where, for how long and how it is asked again is said each time", async (t) => {
    const { ask, said } = asking(t);
    assert.equal(await askOnce("get.example.org", ask), "no such host");
    assert.equal(await askOnce("get.example.org", ask), "no such host");
    assert.equal(ask.mock.callCount(), 1);
    const [first = "", second = ""] = said().split("\n");
    assert.equal(
      first,
      `get.example.org is not available (no such host); ${file()} remembers it for an hour: WATCHPOST_ASK_AGAIN=1 tries again`,
    );
    assert.match(
      second,
      /^get\.example\.org was not available \d+\.\d s ago \(no such host\) and is not tried again: WATCHPOST_ASK_AGAIN=1 does so$/,
    );
  });

  test("until WATCHPOST_ASK_AGAIN=1 asks again, which forgets it when the answer is another", async (t) => {
    const { ask } = asking(t);
    await askOnce("get.example.org", ask);
    process.env.WATCHPOST_ASK_AGAIN = "1";
    ask.mock.mockImplementation(async () => undefined);
    assert.equal(await askOnce("get.example.org", ask), undefined);
    assert.deepEqual(await readdir(join(folder, "refusals")), []);
  });

  test("at once too, where the file system's clock is a little ahead", async (t) => {
    const { ask, said } = asking(t);
    await askOnce("get.example.org", ask);
    const ahead = new Date(Date.now() + 500);
    await utimes(file(), ahead, ahead);
    await askOnce("get.example.org", ask);
    assert.equal(ask.mock.callCount(), 1);
    assert.match(said(), /was not available 0\.0 s ago/);
  });

  for (const [what, minutes] of [
    ["for an hour", -61],
    ["not one of the future, of before the clock was put back", 5],
  ] as const)
    test(what, async (t) => {
      const { ask } = asking(t);
      await askOnce("get.example.org", ask);
      const time = new Date(Date.now() + minutes * 60_000);
      await utimes(file(), time, time);
      await askOnce("get.example.org", ask);
      assert.equal(ask.mock.callCount(), 2);
    });
});

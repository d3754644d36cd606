import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, test } from "node:test";
import { placeOf } from "../../throwaway/place.ts";
import { markOf, processesOf } from "../../throwaway/processes.ts";

const LOOKS = 100;

describe("the processes of a throwaway host", () => {
  test("are found at every moment, also while one of them runs another program", async () => {
    const place = placeOf("always-in-exec");
    const [name = "", value = ""] = markOf(place).split(/=(.*)/s);
    const again = 'exec sh -c "$0" "$0"';
    const child = spawn("sh", ["-c", again, again], { env: { PATH: process.env.PATH, [name]: value } });
    const ended = once(child, "exit");
    try {
      for (let look = 1; look <= LOOKS; look++)
        assert.deepEqual(await processesOf(place), [child.pid], `look ${look} of ${LOOKS}`);
    } finally {
      child.kill("SIGKILL");
      await ended;
    }
    assert.deepEqual(await processesOf(place), []);
  });
});

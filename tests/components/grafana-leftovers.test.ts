import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { leftoversScript } from "../../components/grafana/leftovers.ts";
import { finished } from "../finished.ts";

const made = { folder: "watchpost", groups: ["host", "zfs"], points: ["ops", "hook"], timings: ["never"] };
const login = "break-glass:sword'fish $x";

/** Runs the script against a Grafana that answers so; what it was asked, and what the script said. */
const run = async (
  t: TestContext,
  answer: (method: string, url: string) => [status: number, body?: string],
  config = "/nonexistent",
  programs = "/nonexistent",
) => {
  const asked: string[] = [];
  const listener: RequestListener = ({ method = "", url = "", headers }, response) => {
    asked.push(`${method} ${url}`);
    const expected = `Basic ${Buffer.from(login).toString("base64")}`;
    const [status, body = ""] = headers.authorization === expected ? answer(method, url) : [401, "who are you?"];
    response.writeHead(status).end(body);
  };
  const server = createServer(listener).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const grafana = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const bash = spawn("/bin/bash", ["-c", 'eval "$(cat)"'], {
    env: { ...process.env, PATH: `${programs}:${process.env.PATH}` },
  });
  bash.stdin.end(leftoversScript(made, { grafana, login, config }));
  const { stderr: said, status } = await finished(bash);
  return { asked, said, status };
};

describe("what an earlier deployment left in Grafana", () => {
  test("is nothing where Grafana is new", async (t) => {
    const { asked, said, status } = await run(t, () => [404, '{"message":"folder not found"}']);
    assert.deepEqual([asked, said, status], [["GET /api/folders/watchpost"], "", 0]);
  });

  test("is taken away, what uses before what is used", async (t) => {
    const receivers: Record<string, string> = {
      ops: '[{"uid":"u1","name":"ops","settings":{"addresses":"a"}},{"uid":"u2","name":"ops"}]',
      hook: "[]",
    };
    const { asked, said, status } = await run(t, (method, url) => {
      if (method === "GET") return [200, receivers[url.split("=")[1] ?? ""] ?? '{"uid":"watchpost"}'];
      return url.includes("mute") ? [404] : [202];
    });
    assert.deepEqual([said, status], ["", 0]);
    assert.deepEqual(asked, [
      "GET /api/folders/watchpost",
      "DELETE /api/v1/provisioning/policies",
      "GET /api/v1/provisioning/contact-points?name=ops",
      "DELETE /api/v1/provisioning/contact-points/u1",
      "DELETE /api/v1/provisioning/contact-points/u2",
      "GET /api/v1/provisioning/contact-points?name=hook",
      "DELETE /api/v1/provisioning/mute-timings/never",
      "DELETE /api/v1/provisioning/folder/watchpost/rule-groups/host",
      "DELETE /api/v1/provisioning/folder/watchpost/rule-groups/zfs",
      "DELETE /api/folders/watchpost?forceDeleteRules=true",
    ]);
  });

  // an update of a stack that gets a jump host or an ssh agent runs the step again
  test("is not what this deployment has made itself", async (t) => {
    const config = await mkdtemp(join(tmpdir(), "watchpost-grafana-"));
    t.after(() => rm(config, { recursive: true }));
    const { birthtimeMs } = await stat(config);
    if (birthtimeMs === 0) return t.skip("the file system here knows no birth times");
    const askedFor = async (created: number) => {
      const folder = JSON.stringify({ uid: "watchpost", created: new Date(birthtimeMs + created).toISOString() });
      const { asked, said, status } = await run(t, (method) => (method === "GET" ? [200, folder] : [202]), config);
      assert.deepEqual([said, status], ["", 0]);
      return asked;
    };
    assert.deepEqual(await askedFor(5000), ["GET /api/folders/watchpost"]);
    assert.ok((await askedFor(-5000)).includes("DELETE /api/folders/watchpost?forceDeleteRules=true"));
  });

  test("is not cleared where the file system has no birth times", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "watchpost-grafana-"));
    t.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "stat"), "#!/bin/sh\necho 0\n", { mode: 0o755 });
    const body = JSON.stringify({ uid: "watchpost", created: new Date().toISOString() });
    const { asked, said, status } = await run(t, () => [200, body], folder, folder);
    assert.deepEqual([asked, said, status], [["GET /api/folders/watchpost"], "", 0]);
  });

  test("stops the deployment where Grafana refuses, and says what it said", async (t) => {
    const { said, status } = await run(t, (method) => (method === "GET" ? [200, "[]"] : [500, '{"message":"locked"}']));
    assert.equal(status, 1);
    assert.match(
      said,
      /does not delete \/api\/v1\/provisioning\/policies, expected status 2xx or 404, got 500: .*locked/,
    );
  });

  test("is not looked for by somebody who may not", async (t) => {
    const { said, status } = await run(t, () => [403, "no"]);
    assert.equal(status, 1);
    assert.match(said, /folder watchpost, expected status 200 or 404, got 403: no/);
  });
});

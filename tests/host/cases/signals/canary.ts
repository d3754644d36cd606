import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import type { CanaryJson } from "../../../../commands/services-report.ts";
import { projectFolder } from "../../../../demo/stack.ts";
import { until } from "../../../../throwaway/until.ts";
import { startZrepl } from "../../neighbours/zrepl.ts";
import type { Rig } from "../../rig.ts";

const otherMetrics = `import http.server
class Other(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(b"other_start_time 1\\nother_total 2\\n")
http.server.HTTPServer(("127.0.0.1", 9811), Other).serve_forever()
`;
const otherPages = otherMetrics
  .replace("text/plain; version=0.0.4", "text/html")
  .replace(/b".*"/, 'b"<html>hello</html>"');

/** The canary's command proves what the inventory says, and names what is not so. */
export const canary = (rig: Rig): void => {
  const run = (...args: string[]) =>
    new Promise<{ status: number; stdout: string; stderr: string }>((done) => {
      const command = [join(projectFolder, "commands/canary.ts"), "--stack", rig.name, ...args];
      const env = { ...process.env, ...rig.stack.stack.workspace.envVars };
      execFile(process.execPath, command, { cwd: projectFolder, env }, (error, stdout, stderr) =>
        done({ status: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  const json = async (...args: string[]) => {
    const { status, stdout, stderr } = await run("--json", ...args);
    assert.ok(stdout.startsWith("{"), stderr);
    const proof: CanaryJson = JSON.parse(stdout);
    assert.equal(proof.ok, status === 0);
    return { status, proof, said: proof.problems.map(({ path, message }) => `${path}: ${message}`) };
  };

  // all but mill, whose container crashes all the time
  const well = ["watchpost", "shop", "press", "envoy", "zrepl", "authentik"];

  test("all is proved of the services that run", { timeout: 120_000 }, async () => {
    const { status, proof, said } = await json("--wait", "60", ...well.flatMap((name) => ["--service", name]));
    assert.deepEqual(said, []);
    assert.equal(status, 0);
    assert.equal(proof.host, rig.name);
    const rows = new Map(proof.services.map((row) => [row.service, row]));
    assert.deepEqual([...rows.keys()].sort(), [...well].sort());
    for (const [name, row] of rows) assert.equal(row.logs, "proved", name);
    assert.deepEqual(rows.get("shop")?.containers, { proved: 2, expected: 2 });
    assert.ok((rows.get("press")?.containers.proved ?? 0) >= 1);
    for (const name of ["envoy", "zrepl", "authentik"]) {
      assert.deepEqual(rows.get(name)?.targets, { proved: 1, expected: 1 }, name);
      assert.deepEqual(rows.get(name)?.units, { proved: 1, expected: 1 }, name);
    }
    assert.ok(proof.undeclared.includes("stray/stray-cat"), proof.undeclared.join(", "));
  });

  test("the table has a row a service", { timeout: 60_000 }, async () => {
    const { status, stdout, stderr } = await run("--wait", "30", "--service", "envoy");
    assert.equal(status, 0, stdout + stderr);
    const [head = "", row = ""] = stdout.split("\n");
    assert.match(head, /^service +logs +targets +containers +units$/);
    assert.match(row, /^envoy +(just now|\d+ \w+ ago) +1 of 1 +- +1 of 1$/);
    assert.match(stdout, /^note {4}\d+ containers? nobody declared: .*stray\/stray-cat/m);
  });

  test("a container that stopped is named", { timeout: 120_000 }, async () => {
    await rig.guest.sh("systemctl --user stop shop-worker", { user: "shop" });
    try {
      const { status, said } = await json("--wait", "15", "--service", "shop");
      assert.equal(status, 1);
      assert.equal(said.length, 1, said.join("\n"));
      assert.match(said[0] ?? "", /^services\.shop\.containers\.1: .*container shop-worker of shop is /);
    } finally {
      await rig.guest.sh("systemctl --user start shop-worker", { user: "shop" });
    }
    assert.equal((await json("--wait", "60", "--service", "shop")).status, 0);
  });

  const imposters: [string, string, RegExp][] = [
    [
      "has other metrics",
      otherMetrics,
      /^services\.zrepl\.metrics\.targets\.0: 127\.0\.0\.1:9811 answers, but not as zrepl: no zrepl_start_time among its 2 series; expected zrepl's monitoring listener, by default on port 9811$/,
    ],
    [
      "is a web server",
      otherPages,
      /^services\.zrepl\.metrics\.targets\.0: 127\.0\.0\.1:9811 answers, but not as zrepl: \/metrics gives text\/html in place of metrics; expected zrepl's monitoring listener/,
    ],
  ];
  for (const [how, program, error] of imposters)
    test(`what answers on zrepl's port and ${how} is a clear error`, { timeout: 120_000 }, async () => {
      await rig.guest.sh("systemctl stop zrepl && cat >/run/imposter.py", { input: program });
      await rig.guest.sh("systemd-run --quiet --collect --unit imposter python3 /run/imposter.py");
      try {
        const { status, said } = await json("--wait", "15", "--service", "zrepl");
        assert.equal(status, 1);
        assert.equal(said.filter((line) => error.test(line)).length, 1, said.join("\n"));
        assert.ok(said.some((line) => /^services\.zrepl\.units\.0: zrepl\.service of root is inactive/.test(line)));
      } finally {
        await rig.guest.sh("systemctl stop imposter; rm /run/imposter.py");
        await startZrepl(rig.guest);
      }
    });

  test("an unknown service is refused with the nearest name", async () => {
    const { status, stdout, stderr } = await run("--json", "--service", "zrpel", "--service", "shop");
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^--service: expected one of watchpost, .*shop.*, got zrpel: did you mean zrepl\?$/m);
  });

  test("lines that do not arrive are told by the line that the journal has", { timeout: 120_000 }, async () => {
    await rig.guest.sh("systemctl stop watchpost-alloy");
    try {
      const { status, said } = await json("--wait", "3", "--service", "shop");
      assert.equal(status, 1);
      assert.match(
        said.join("\n"),
        /^services\.shop: the journal has a line of it from \S+Z, Loki has none newer than \S+Z under service="shop"/m,
      );
    } finally {
      await rig.guest.sh("systemctl start watchpost-alloy");
    }
    await until(
      "all is seen again",
      60_000,
      async () => (await json("--wait", "10", "--service", "shop")).proof.ok || undefined,
    );
  });
};

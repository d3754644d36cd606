import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import type { Rig } from "../../rig.ts";
import { ports, requests } from "../../tenants/requests.ts";

/** A plain user of the host reaches none of the stack's ports, and takes none of them. */
export const loopback = (rig: Rig): void => {
  const asUser = (user: string, script: string) => rig.guest.sh(script, { user });
  /** What a connection to a port becomes: HTTP's status, or curl's own. */
  const status = (user: string, port: number, path = "/") =>
    asUser(
      user,
      `curl -sS -m 5 -o /dev/null -w '%{http_code}' http://127.0.0.1:${port}${path} 2>/dev/null || echo " $?"`,
    );

  test("whatever mallory asks for, nobody answers", { timeout: 120_000 }, async () => {
    for (const [path, port] of requests) assert.equal(await status("mallory", port, path), "000 7", path);
    // the same by names and by the other family's way in
    for (const host of ["localhost", "[::1]", "[::ffff:127.0.0.1]"])
      assert.match(
        await asUser("mallory", `curl -sS -m 5 -o /dev/null http://${host}:${ports.loki}/ready 2>&1 || true`),
        /connect/i,
      );
  });

  test("root, the pod's user and who is named get in", async () => {
    assert.equal(await status("watchpost", ports.loki, "/ready"), "200");
    assert.equal(await status("shop", ports.prometheus, "/-/ready"), "200");
    assert.equal(await status("shop", ports.loki, "/ready"), "000 7");
    assert.match(
      await rig.guest.sh(`curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:${ports.alloy}/-/ready`),
      /200/,
    );
  });

  test("Loki takes nobody's lines away", async () => {
    const answer = await rig.guest.sh(
      `curl -sS -X POST -o /dev/null -w '%{http_code}' 'http://127.0.0.1:${ports.loki}/loki/api/v1/delete?query=%7Bsource%3D%22journal%22%7D&start=0'`,
    );
    assert.match(answer, /^(403|404)$/);
  });

  test("the table is there again when something has emptied the ruleset", { timeout: 60_000 }, async () => {
    await rig.guest.sh("nft flush ruleset");
    await until(
      "mallory is refused again",
      30_000,
      async () => (await status("mallory", ports.loki)) === "000 7" || undefined,
    );
  });

  test("while the pod is away nobody takes its ports, or gets what is meant for it", { timeout: 240_000 }, async () => {
    const listener = `import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", ${ports.loki})); s.listen(); print("bound", flush=True); s.settimeout(20)
try: print("got", s.accept()[0].recv(100))
except Exception as e: print("nothing", e)`;
    await rig.guest.pod("systemctl --user stop watchpost-loki.service watchpost-pod.service");
    try {
      // in mallory's own manager systemd's BPF refuses it
      const own = await asUser(
        "mallory",
        `systemd-run --user --quiet --wait --pipe python3 - 2>&1 <<'E' || true\n${listener}\nE`,
      );
      assert.match(own, /Operation not permitted/);
      // in a job of the system's it is not, and yet nobody is connected
      const job = `systemd-run --quiet --wait --pipe --uid=mallory python3 - 2>&1 <<'E' || true\n${listener}\nE`;
      assert.match(await rig.guest.sh(job), /^bound\nnothing timed out$/);
    } finally {
      await rig.guest.pod(
        "systemctl --user start watchpost-pod.service watchpost-prometheus.service watchpost-loki.service",
      );
    }
  });
};

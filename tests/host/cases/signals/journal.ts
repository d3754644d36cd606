import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../../throwaway/until.ts";
import { startContainers } from "../../neighbours/service-users.ts";
import type { Rig } from "../../rig.ts";

const labels = new Set(
  ["host", "unit", "user", "container", "level", "service", "service_name", "source", "job"].concat("__stream_shard__"),
);

/** Every line of the journal is there once, under names that people know. */
export const journal = (rig: Rig): void => {
  const some = (query: string) =>
    until(`Loki has ${query}`, 30_000, async () => (await rig.guest.lines(query).catch(() => []))[0]);

  test("a JSON line of a container has its level and its service", async () => {
    const base = 'user="shop",container="shop-web",unit="shop-web.service",service="shop",source="journal"';
    assert.match(await some(`{${base},level="info"}`), /order accepted/);
    assert.match(await some(`{${base},level="warn"}`), /stock is low/);
    assert.match(await some(`{${base},level="error"}`), /order refused/);
  });

  test("a line on stderr is no error for that", async () => {
    assert.equal(await some('{container="shop-web",level="unknown"} |= "stderr"'), "said on stderr");
    assert.deepEqual(await rig.guest.lines('{container="shop-web",level="error"} |= "stderr"'), []);
  });

  test("a rule of the config drops what it names", async () => {
    await some('{container="shop-web"} |= "order accepted"');
    assert.deepEqual(await rig.guest.lines('{service="shop"} |= "GET /ping"'), []);
  });

  test("sshd is recognised, and systemd's word on a user's unit is under that unit", async () => {
    await some('{service_name="sshd"} |= "Accepted publickey"');
    await some('{user="mill",unit="mill-crash.service",service="mill",container=""} |= "Failed with result"');
  });

  test("nothing that would be a stream of its own is a label", async () => {
    const names = await rig.guest.api<string[]>(3100, "/loki/api/v1/labels");
    assert.deepEqual(
      names.filter((name) => !labels.has(name)),
      [],
    );
    const units = await rig.guest.api<string[]>(3100, "/loki/api/v1/label/unit/values");
    assert.deepEqual(
      units.filter(
        (unit) => /[0-9a-f]{32}|\.(mount|scope|socket|target)$/.test(unit) && !/^(\w|-)+\.scope$/.test(unit),
      ),
      [],
    );
  });

  test("health checks that go well leave no lines", async () => {
    await some('{container="shop-web"}');
    assert.deepEqual(await rig.guest.lines('{user="shop"} |= "health_status=healthy"'), []);
    assert.deepEqual(await rig.guest.lines('{user="shop",unit="podman-healthcheck",level="info"}'), []);
  });

  /** Has a container write numbered lines, and waits until Loki has them: each, and once. */
  const written = async (name: string, count: number, meanwhile?: () => Promise<void>) => {
    const script = `awk 'BEGIN { for (i = 1; i <= ${count}; i++) printf "burst %06d of a service that has much to say\\n", i }'`;
    await startContainers(rig.guest, "mill", { [name]: { script } });
    await meanwhile?.();
    const query = `{container="${name}",user="mill"} |= "burst "`;
    const stored = () => rig.guest.countLines(query).catch(() => 0);
    await until(`Loki has ${count} lines of ${name}`, 240_000, async () => (await stored()) >= count || undefined);
    assert.equal(await stored(), count);
    // as many lines as numbers, whose sum is right: each is there
    const sum = `sum(sum_over_time(${query} | pattern "burst <number> of <_>" | unwrap number [1h]))`;
    assert.equal(await rig.guest.lokiValue(sum), (count * (count + 1)) / 2);
  };

  test("100,000 lines in a burst: none is lost, none is there twice", { timeout: 300_000 }, () =>
    written("mill-burst", 100_000),
  );

  test("nor when the journal's files are rotated meanwhile, all of them at once", { timeout: 300_000 }, async () => {
    const rotate = "/usr/local/libexec/watchpost-journal/rotate.sh";
    const files = () => rig.guest.sh("ls /var/log/journal/$(cat /etc/machine-id)");
    await rig.guest.sh(`${rotate} 1000000000`);
    const before = await files();
    await written("mill-turned", 50_000, async () => {
      // each is over the least size
      for (let turn = 0; turn < 3; turn++) await rig.guest.sh(`${rotate} 1`);
    });
    const archived = (await files()).split("\n").filter((file) => file.includes("@") && !before.includes(file));
    for (const owner of ["system", "user"])
      assert.ok(archived.filter((file) => file.startsWith(owner)).length >= 3, `${owner}: ${archived}`);
  });
};

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { HostFacts } from "../../../components/canary/host-facts.ts";
import type { Seen, SeenContainer } from "../../../components/canary/stores.ts";
import { all, one, proofWith, saidOf } from "./sample.ts";

const container = (seen: Seen, name: string): SeenContainer => {
  const found = seen.containers.find((one) => one.name === name);
  if (!found) throw new RangeError(`no container ${name}`);
  return found;
};
const without = (seen: Seen, name: string) => {
  seen.containers = seen.containers.filter((one) => one.name !== name);
};
const rows = (proof: ReturnType<typeof proofWith>) =>
  Object.fromEntries(proof.services.map(({ service, ...row }) => [service, row]));

describe("the canary's proof", () => {
  test("of a host where all is well", () => {
    const proof = proofWith();
    assert.deepEqual(saidOf(proof), []);
    assert.equal(proof.ok, true);
    const { shop, press, zrepl, db } = rows(proof);
    assert.deepEqual(shop, {
      logs: "proved",
      newest: 1_789_999_997_000,
      targets: { proved: 0, expected: 0 },
      containers: { proved: 2, expected: 2 },
      units: { proved: 1, expected: 1 },
    });
    assert.deepEqual([press?.logs, press?.containers], ["quiet", { proved: 1, expected: 1 }]);
    assert.deepEqual(zrepl?.targets, { proved: 1, expected: 1 });
    assert.deepEqual([db?.logs, db?.targets], [null, { proved: 2, expected: 2 }]);
  });

  const failures: [string, (seen: Seen, facts: HostFacts) => void, string][] = [
    [
      "a line of the journal that is under another service",
      (seen) => seen.lines.delete("shop journal"),
      'services.shop: the journal has a line of it from 2026-09-21T14:13:17Z, Loki has none under service="shop", source="journal"',
    ],
    [
      "lines that stopped to arrive",
      (seen) => seen.lines.set("shop journal", 1_789_999_000_000),
      'services.shop: the journal has a line of it from 2026-09-21T14:13:17Z, Loki has none newer than 2026-09-21T13:56:40Z under service="shop", source="journal"',
    ],
    [
      "a ctr.log that is not followed",
      (_, { written }) => written.set("press ctr.log", 1_789_999_990_000),
      'services.press: a ctr.log has a line of it from 2026-09-21T14:13:10Z, Loki has none under service="press", source="ctr.log"',
    ],
    [
      "a container that ended",
      (seen) => Object.assign(container(seen, "shop-worker"), { state: 5, exitCode: 137 }),
      "services.shop.containers.1: container shop-worker of shop is exited with code 137, expected running",
    ],
    [
      "a container that is gone",
      (seen) => without(seen, "shop-worker"),
      "services.shop.containers.1: no container shop-worker of shop is seen, expected a running one; seen of shop: shop-web",
    ],
    [
      "a container that its unit does not bring up",
      (seen) => {
        without(seen, "shop-worker");
        seen.units.set("shop shop-worker.service", "activating");
      },
      "services.shop.containers.1: no container shop-worker of shop is seen, expected a running one; its unit shop-worker.service is activating: journalctl _SYSTEMD_USER_UNIT=shop-worker.service tells why",
    ],
    [
      "a container of the stack's own",
      (seen) => Object.assign(container(seen, "watchpost-alloy"), { state: 4 }),
      "watchpost: container watchpost-alloy of root is paused, expected running",
    ],
    [
      "a unit that failed",
      (seen) => seen.units.set("root zrepl.service", "failed"),
      "services.zrepl.units.0: zrepl.service of root is failed, expected active: journalctl -u zrepl.service tells why",
    ],
    [
      "a unit that is none",
      (seen, { units }) => {
        seen.units.delete("root zrepl.service");
        units.set("root zrepl.service", {
          LoadState: "not-found",
          ActiveState: "inactive",
          Type: "",
          Result: "success",
        });
      },
      "services.zrepl.units.0: root's systemd has no unit zrepl.service, expected an active one",
    ],
    [
      "a unit that runs unseen",
      (seen, { units }) => {
        seen.units.delete("root zrepl.service");
        units.set("root zrepl.service", {
          LoadState: "loaded",
          ActiveState: "active",
          Type: "simple",
          Result: "success",
        });
      },
      "services.zrepl.units.0: no state of zrepl.service of root is in Prometheus, systemd says active",
    ],
    [
      "a unit that ended and is forgotten",
      (seen, { units }) => {
        seen.units.delete("root zrepl.service");
        units.set("root zrepl.service", {
          LoadState: "loaded",
          ActiveState: "inactive",
          Type: "simple",
          Result: "success",
        });
      },
      "services.zrepl.units.0: zrepl.service of root is inactive, expected active: journalctl -u zrepl.service tells why",
    ],
    [
      "a user of whom nothing is seen",
      (seen) => without(seen, "press-web"),
      "services.press.user: nothing of press is seen, expected containers, units or lines: does its systemd run (loginctl enable-linger press)?",
    ],
    [
      "a user who is not there",
      (seen, { users }) => {
        users.delete("press");
        without(seen, "press-web");
      },
      "services.press.user: there is no user press on the host",
    ],
  ];
  for (const [what, spoil, said] of failures)
    test(`fails for ${what}, and says so`, () => {
      const proof = proofWith(spoil);
      assert.deepEqual(saidOf(proof), [said]);
      assert.equal(proof.ok, false);
    });

  test("takes no look for now's that is older than the proof", () => {
    const proof = proofWith((seen) => {
      seen.collected = 1_789_999_999;
    });
    const [said = "", ...others] = saidOf(proof);
    assert.match(said, /^watchpost: the collector has not looked at containers and units since this look began/);
    assert.deepEqual(others, []);
    assert.deepEqual(rows(proof).shop?.containers, { proved: 0, expected: 2 });
    assert.deepEqual(rows(proof).zrepl?.targets, { proved: 1, expected: 1 });
  });

  test("a oneshot unit that ended well and waits for its timer is well", () => {
    const oneshot = { LoadState: "loaded", ActiveState: "inactive", Type: "oneshot", Result: "success" };
    const spoil = (seen: Seen, { units }: HostFacts) => {
      seen.units.set("shop shop-backup.service", "inactive");
      units.set("shop shop-backup.service", oneshot);
    };
    assert.equal(proofWith(spoil).ok, true);
  });

  test("an unhealthy container is told, and no failure of what sees it", () => {
    const { ok, remarks } = proofWith((seen) => Object.assign(container(seen, "shop-worker"), { health: 1 }));
    assert.equal(ok, true);
    assert.deepEqual(remarks, [
      { path: "services.shop.containers.1", message: "container shop-worker of shop says that it is unhealthy" },
    ]);
  });

  test("what nobody declared is counted", () => {
    const stray = { user: "stray", name: "cat", service: "undeclared", state: 2, health: -1, exitCode: 0 };
    const { ok, undeclared } = proofWith((seen) => seen.containers.push(stray));
    assert.deepEqual([ok, undeclared], [true, ["stray/cat"]]);
  });

  test("a store without an answer is one problem, not one of each service", () => {
    const prometheus = proofWith((seen) => seen.silent.set("Prometheus", ""));
    assert.deepEqual(saidOf(prometheus), ["prometheus.listen: Prometheus gives no answer at 127.0.0.1:9090"]);
    assert.deepEqual(rows(prometheus).zrepl?.targets, { proved: 0, expected: 1 });
    const loki = proofWith((seen) => seen.silent.set("Loki", "too many requests"));
    assert.deepEqual(saidOf(loki), [
      'loki.listen: Loki gives "too many requests" in place of an answer at 127.0.0.1:3100',
    ]);
    assert.equal(rows(loki).shop?.logs, "failed");
  });

  test("asks after one service alone", () => {
    const spoil = (seen: Seen) => without(seen, "shop-web");
    assert.equal(proofWith(spoil, undefined, [one("zrepl")]).ok, true);
    assert.equal(proofWith(spoil, undefined, all).ok, false);
  });
});

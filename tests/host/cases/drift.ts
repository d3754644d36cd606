import assert from "node:assert/strict";
import { before, test } from "node:test";
import { doneBy, onlySame } from "../expect.ts";
import type { Rig } from "../rig.ts";

interface Drift {
  what: string;
  /** Run on the host, as root. */
  make: string;
  /** Whose drift it is, after the host's name. */
  of: string;
  /** How it is put right. */
  op: "update" | "create";
  /** Prints the same before the drift and after its repair. */
  look: string;
}

const asPod = (command: string) =>
  `cd / && runuser -u watchpost -- env XDG_RUNTIME_DIR=/run/user/$(id -u watchpost) ${command}`;
const tags = "podman images --no-trunc --format '{{.Repository}} {{.Tag}} {{.Id}}' | grep prom/prometheus";
const secret = "watchpost-grafana-admin-password";
const showSecret = `podman secret inspect --showsecret --format '{{.SecretData}}' ${secret}`;

const drifts: Drift[] = [
  {
    what: "an edited file",
    make: "echo '# edited' >>/etc/watchpost/loki/config.yaml",
    of: "loki",
    op: "update",
    look: "cat /etc/watchpost/loki/config.yaml",
  },
  {
    what: "a changed owner",
    make: "chown nobody /etc/watchpost/prometheus/prometheus.yml",
    of: "prometheus",
    op: "update",
    look: "stat -c '%U:%G %a' /etc/watchpost/prometheus/prometheus.yml",
  },
  {
    what: "a changed mode",
    make: "chmod 666 /etc/containers/systemd/watchpost-alloy.container",
    of: "alloy-unit",
    op: "update",
    look: "stat -c '%U:%G %a' /etc/containers/systemd/watchpost-alloy.container",
  },
  {
    what: "a stopped unit",
    make: "systemctl stop watchpost-collector.timer",
    of: "collector-timer",
    op: "update",
    look: "systemctl is-active watchpost-collector.timer",
  },
  {
    what: "a removed secret",
    make: asPod(`podman secret rm ${secret}`),
    of: "grafana-admin-password",
    op: "create",
    look: `${asPod(showSecret)}; ${asPod("podman exec watchpost-grafana sh -c 'cat /run/secrets/*'")}`,
  },
  {
    what: "a moved image tag",
    make: asPod("podman tag docker.io/grafana/loki:3.7.8 docker.io/prom/prometheus:v3.16.0"),
    of: "prometheus-image",
    op: "update",
    look: asPod(tags),
  },
  {
    what: "a removed journald drop-in",
    make: "rm /etc/systemd/journald.conf.d/50-watchpost.conf && systemctl restart systemd-journald",
    of: "journald-retention",
    op: "create",
    look: "systemd-analyze cat-config systemd/journald.conf | grep ^SystemMaxUse",
  },
];

/** What somebody changed by hand is shown by refresh and repaired by the next up. */
export const drift = (rig: Rig): void => {
  const looks = () => Promise.all(drifts.map(({ look }) => rig.guest.sh(look)));
  let [fresh, repaired]: [string[], string[]] = [[], []];
  let [previewed, done]: [Record<string, string>, Record<string, string>] = [{}, {}];

  before(async () => {
    fresh = await looks();
    for (const { make } of drifts) await rig.guest.sh(make);
    previewed = await doneBy((listener) => rig.stack.preview({ refresh: true, ...listener }));
    const { changes } = await rig.stack.refresh();
    assert.ok(changes.update, "refresh shows no drift");
    done = await doneBy((listener) => rig.stack.up(listener));
    repaired = await looks();
  });

  drifts.forEach(({ what, of, op }, index) => {
    test(`${what} is shown and repaired`, () => {
      assert.equal(previewed[`${rig.name}-${of}`], op);
      assert.equal(done[`${rig.name}-${of}`], op);
      assert.equal(repaired[index], fresh[index]);
    });
  });

  test("a stopped Grafana is told, since what is in it cannot be seen, and started by an up that refreshes", async () => {
    await rig.guest.sh(asPod("systemctl --user stop watchpost-grafana"));
    if (rig.realGrafana)
      await assert.rejects(
        rig.stack.preview({ refresh: true }),
        /127\.0\.0\.1:\d+ of the host hangs up without an answer/,
      );
    const done = await doneBy((listener) => rig.stack.up({ refresh: true, runProgram: true, ...listener }));
    assert.deepEqual(done, { [`${rig.name}-grafana`]: "update" });
    assert.equal(await rig.guest.sh(asPod("systemctl --user is-active watchpost-grafana")), "active");
  });

  test("after that, nothing is left to do", async () => {
    onlySame(await rig.stack.preview({ refresh: true, expectNoChanges: true }));
  });
};

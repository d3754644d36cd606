import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { before, test } from "node:test";
import { run } from "../../../toolchain/command.ts";
import { doneBy } from "../expect.ts";
import type { Rig } from "../rig.ts";
import { watchHere, watchThere } from "../watch.ts";

const inContainer = "podman exec watchpost-grafana cat /run/secrets/watchpost-grafana-admin-password";

// where podman keeps a copy for the one container that has the secret
const mountOfSecret = /\/overlay-containers\/[0-9a-f]{64}\/userdata\/secrets\/watchpost-grafana-[a-z-]+$/;

/** Texts that no key calls a secret, encrypted all the same. */
const mail = {
  "alerting.smtp.host": "mail-1f2e3d.example.org:587",
  "alerting.smtp.user": "mailer-1f2e3d",
  "alerting.smtp.from": "from-1f2e3d@example.org",
};

/** Passwords and keys are where they are needed, and nowhere else. */
export const secrets = (rig: Rig): void => {
  const given = "given-by-the-test-1f2e3d";
  let made = "";
  let values: string[];
  let [restarted, seen]: [string[], string[]] = [[], []];
  let done: Record<string, string>;

  before(async () => {
    made = (await rig.stack.stack.outputs()).grafanaAdminPassword?.value;
    // a line out of the middle of the key: it is the key's alone
    values = [made, given, rig.host.privateKey.split("\n")[2] ?? "", ...Object.values(mail)];
    assert.equal(await rig.guest.pod(inContainer), made);
    const starts = await rig.guest.starts();
    const [here, there] = [watchHere(values), await watchThere(rig.guest, values)];
    rig.stack = await rig.open({ secrets: { ...rig.secrets, ...mail, "grafana.adminPassword": given } });
    done = await doneBy((listener) => rig.stack.up(listener));
    seen = [...here.stop(), ...(await there.stop())];
    restarted = await rig.guest.startedSince(starts);
  });

  test("a changed password reaches Grafana, and restarts it alone", async () => {
    assert.deepEqual(done, {
      [`${rig.name}-grafana-admin`]: "delete",
      [`${rig.name}-grafana-admin-password`]: "update",
      [`${rig.name}-grafana-smtp-host`]: "create",
      [`${rig.name}-grafana-smtp-user`]: "create",
      [`${rig.name}-grafana-smtp-from`]: "create",
      [`${rig.name}-grafana`]: "update",
      [`${rig.name}-canary-proof`]: "replace",
    });
    assert.deepEqual(restarted, ["watchpost-grafana"]);
    assert.equal(await rig.guest.pod(inContainer), given);
    // the stand-in keeps the sum of what it was told to take
    const told = await rig.guest
      .pod("podman exec watchpost-grafana cat /var/lib/grafana/admin-password")
      .catch(() => "");
    if (told) assert.equal(told.split(" ")[0], createHash("sha256").update(given).digest("hex"));
  });

  test("whatever is encrypted reaches Grafana by a secret, and its config names only that", async () => {
    for (const [path, value] of Object.entries(mail)) {
      const secret = `watchpost-grafana-smtp-${path.split(".").at(-1)}`;
      assert.equal(await rig.guest.pod(`podman exec watchpost-grafana cat /run/secrets/${secret}`), value);
      const ini = await rig.guest.sh("cat /etc/watchpost/grafana/grafana.ini");
      assert.ok(ini.includes(`= \`$__file{/run/secrets/${secret}}\``), secret);
    }
  });

  test("no process showed a secret in its arguments or environment during the deployment", () => {
    assert.deepEqual(seen, []);
  });

  test("no file of the host holds a secret in plaintext, but for the copy that podman mounts", async () => {
    const folders = "/etc /home /opt /root /run /srv /tmp /var";
    const search = `find ${folders} -type f -size -64M ! -path /run/values -print0 | xargs -0 grep -laF -f /run/values`;
    const script = `cat >/run/values; ${search}; rm /run/values`;
    const found = (await rig.guest.sh(script, { input: values.join("\n") })).split("\n").filter(Boolean);
    assert.deepEqual(
      found.filter((file) => !mountOfSecret.test(file)),
      [],
    );
    assert.ok(found.length > 0, "the copy itself was found: the search works");
  });

  test("no line of the journal holds a secret", async () => {
    const script = "journalctl -q -o export >/run/exported; grep -acF -f - /run/exported || true; rm /run/exported";
    assert.equal(await rig.guest.sh(script, { input: values.join("\n") }), "0");
  });

  test("the state, the config and what the engine said hold no secret in plaintext", async () => {
    const { PULUMI_HOME = rig.folder } = rig.engine.env;
    const folders = [join(rig.folder, "state"), join(PULUMI_HOME, "logs"), rig.configFile];
    const script = 'grep -rlaF -f - "$@" || true';
    const found = await run("bash", ["-c", script, "bash", ...folders], { input: values.join("\n") });
    assert.equal(found, "");
    assert.ok(!values.some((value) => rig.log.includes(value)));
  });
};

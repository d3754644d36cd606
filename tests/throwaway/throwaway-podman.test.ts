import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { rebootHost, removeHost, startHost, type ThrowawayHost } from "../../throwaway/host.ts";
import { unable } from "../../throwaway/machine.ts";
import { run } from "../../throwaway/run.ts";
import { until } from "../../throwaway/until.ts";

/** An image of the guest's own shell, without a registry. */
const MAKE_IMAGE = `
set -e
mkdir -p /var/tmp/image/bin; cd /var/tmp/image
for file in /bin/sh /bin/sleep $(ldd /bin/sh /bin/sleep | grep -o '/[^ :]*' | sort -u); do install -D -m 755 "$file" "./$file"; done
tar --create --file /var/tmp/image.tar .
chmod 644 /var/tmp/image.tar
`;
const POD = "[Pod]\nPodName=tiny\nPublishPort=127.0.0.1:8080:8080\n[Install]\nWantedBy=default.target\n";
const CONTAINER = `[Container]
ContainerName=tiny
Image=localhost/tiny:1
Pod=tiny.pod
LogDriver=journald
Exec=sh -c 'trap exit TERM; echo said-by-tiny; sleep infinity & wait'
[Install]
WantedBy=default.target
`;

describe("podman on a throwaway host", { skip: unable() ?? false, concurrency: false }, () => {
  let host: ThrowawayHost;

  const guest = async (script: string, user?: string): Promise<string> => {
    const { status, stdout, stderr } = await run(host, ["sh", "-c", script], user === undefined ? {} : { user });
    assert.equal(status, 0, `${script}: ${stderr}`);
    return stdout.trim();
  };
  const said = () =>
    until("the journal has the container's line", 20_000, async () => {
      const lines = await guest("journalctl --boot --output=json CONTAINER_NAME=tiny _TRANSPORT=journal");
      return lines.split("\n").find((line) => line.includes("said-by-tiny"));
    });

  before(async () => {
    process.env.XDG_STATE_HOME = await mkdtemp(join(tmpdir(), "watchpost-test-"));
    host = await startHost("podman");
    await guest(MAKE_IMAGE);
  });

  after(async () => {
    await removeHost("podman");
    await rm(process.env.XDG_STATE_HOME as string, { recursive: true, force: true });
  });

  test("a rootless pod of a lingering user starts from a quadlet and writes to the host's journal", async () => {
    await guest("useradd --create-home --shell /usr/sbin/nologin service && loginctl enable-linger service");
    await until("the user's bus is there", 10_000, async () =>
      (await run(host, ["sh", "-c", "test -S /run/user/$(id -u service)/bus"])).status === 0 ? true : undefined,
    );
    await guest("podman import --quiet /var/tmp/image.tar localhost/tiny:1", "service");
    assert.equal(
      await guest(
        "podman info --format '{{.Store.GraphDriverName}} {{index .Store.GraphStatus \"Native Overlay Diff\"}}'",
        "service",
      ),
      "overlay true",
    );
    await guest(
      `mkdir -p ~/.config/containers/systemd && cd ~/.config/containers/systemd && printf %s "${POD}" > tiny.pod && printf %s "${CONTAINER}" > tiny.container`,
      "service",
    );
    await guest("systemctl --user daemon-reload && systemctl --user start tiny.service", "service");
    assert.match(await said(), /"_SYSTEMD_USER_UNIT":"tiny.service"/);
    assert.equal(await guest("ss -Hltn 'sport = 8080' | awk '{print $4}'"), "127.0.0.1:8080");
  });

  test("it comes back after a reboot", async () => {
    host = await rebootHost(host);
    assert.match(await said(), /"CONTAINER_NAME":"tiny"/);
  });

  test("a rootful container has a network of its own", async () => {
    await guest("podman import --quiet /var/tmp/image.tar localhost/tiny:1");
    assert.equal(await guest("podman run --rm localhost/tiny:1 sh -c 'echo hello'"), "hello");
  });
});

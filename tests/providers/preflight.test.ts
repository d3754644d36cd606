import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { type PreflightInputs, provider } from "../../providers/preflight.ts";
import { FakeHost } from "./fake-host.ts";

// what a script may call beside what a test puts on the host
const tools = ["awk", "base64", "bash", "cat", "cut", "dirname", "grep", "head", "sed", "tail", "tr", "uname"];

const disk = (mebibytes: number) =>
  `echo "Filesystem 1M-blocks Used Available Use% Mounted on"; echo "/dev/x 9999 1 ${mebibytes} 1% /"`;
const passwd = (...users: string[]) => `printf '%s\\n' ${users.join(" ")} | grep "^\${2:+$2:}"`;
const commands = {
  podman: "echo podman version 5.4.2",
  systemctl: "echo 'systemd 257 (257.7-1)'; echo +PAM",
  stat: "echo cgroup2fs",
  df: disk(50_000),
  ss: "true",
  newuidmap: "true",
  newgidmap: "true",
  pasta: "true",
  nft: "true",
  getent: passwd("root:x:0", "daemon:x:1", "shop:x:1001", "nobody:x:65534"),
};
const files = {
  "etc/machine-id": "0123456789abcdef\n",
  "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n',
  "etc/login.defs": "SUB_UID_MIN 100000\nSUB_UID_MAX 600100000\n",
  "etc/subuid": "somebody:100000:65536\n",
  "etc/subgid": "somebody:100000:65536\n",
  "run/systemd/system/.keep": "",
  "usr/lib/systemd/system-generators/podman-system-generator": "",
  "usr/lib/systemd/user/dbus.socket": "",
};

describe("Preflight", () => {
  let host: FakeHost;
  const inputs: PreflightInputs = {
    user: "app",
    home: "/home/app",
    range: 65536,
    ports: ["9090", "3100"],
    diskMib: 3072,
    users: { "services.shop.user": "shop" },
    nftables: true,
  };
  const create = (changes: Partial<PreflightInputs> = {}) => provider(host.config).create({ ...inputs, ...changes });
  const put = async (path: string, content: string) => {
    await mkdir(dirname(join(host.root.folder, path)), { recursive: true });
    await writeFile(join(host.root.folder, path), content, { mode: 0o755 });
  };
  const remove = (path: string) => rm(join(host.root.folder, path), { recursive: true });

  beforeEach(async () => {
    host = await FakeHost.start({ tools });
    for (const [name, body] of Object.entries(commands)) await host.root.install(name, body);
    for (const [path, content] of Object.entries(files)) await put(path, content);
  });
  afterEach(() => host.stop());

  test("lets a host pass that has everything, and tells what it is", async () => {
    const { outs } = await create();
    const { podman, systemd, os } = outs;
    assert.deepEqual({ podman, systemd, os }, { podman: "5.4.2", systemd: "257", os: "Debian GNU/Linux 13 (trixie)" });
  });

  test("another stack's host is refused in one sentence", async () => {
    await put("var/lib/watchpost/made", "stack watchpost/prod\nfolder /etc/watchpost\n");
    const ours = (stack: string) => {
      const { get, require } = host.config;
      const own = { get: (key: string) => (key === "host:stack" ? stack : get(key)), require };
      return provider(own as typeof host.config).create(inputs);
    };
    await assert.rejects(
      ours("watchpost/test"),
      /preflight: this host belongs to the stack watchpost\/prod, expected watchpost\/test: two stacks cannot share a host; .*; nothing was changed$/,
    );
    await ours("watchpost/prod");
  });

  const full = "somebody:100000:600000000\n";
  const lacks: [string, () => Promise<void>, RegExp][] = [
    ["no podman", () => remove("bin/podman"), /podman is not installed: apt-get install podman/],
    [
      "podman before 5.0",
      () => host.root.install("podman", "echo podman version 4.9.3"),
      /podman is 4\.9\.3, expected 5\.0 or newer: upgrade it/,
    ],
    [
      "no quadlet generator",
      () => remove("usr/lib/systemd/system-generators"),
      /quadlet generator is missing: reinstall podman/,
    ],
    [
      "no cgroup v2",
      () => host.root.install("stat", "echo tmpfs"),
      /cgroup v2 is not mounted .*: boot with systemd\.unified_cgroup_hierarchy=1/,
    ],
    ["no systemd", () => remove("run/systemd"), /systemd is not running/],
    ["no machine id", () => put("etc/machine-id", ""), /machine-id is empty: systemd-machine-id-setup/],
    ["no uidmap", () => remove("bin/newuidmap"), /newuidmap is not installed: apt-get install uidmap/],
    ["no pasta", () => remove("bin/pasta"), /pasta is not installed: apt-get install passt/],
    [
      "no nftables",
      () => remove("bin/nft"),
      /nft is not installed: apt-get install nftables, or set access\.open to true/,
    ],
    [
      "a kernel without nftables",
      () => host.root.install("nft", "echo 'Error: Could not process rule: Not supported' >&2; exit 1"),
      /nft cannot make a table: Error: Could not process rule: Not supported, or set access\.open/,
    ],
    [
      "no D-Bus of users",
      () => remove("usr/lib/systemd/user"),
      /D-Bus is not installed: apt-get install dbus-user-session/,
    ],
    [
      "no subordinate ids left",
      () => put("etc/subuid", full),
      /no range of 65536 subordinate ids is left below SUB_UID_MAX=600100000 \(next free: 600100000\): free one/,
    ],
    [
      "a full disk",
      () => host.root.install("df", disk(100)),
      /has 100 MiB left, expected 3072 MiB or more: free space/,
    ],
    [
      "a port that is taken",
      () =>
        host.root.install(
          "ss",
          `[[ "$*" != *:9090 ]] || echo 'LISTEN 0 511 127.0.0.1:9090 0.0.0.0:* users:(("nginx",pid=123,fd=6))'`,
        ),
      /port 9090 is taken by nginx \(process 123\): stop it, or set another port/,
    ],
    [
      "a service of a user who is not there",
      () => host.root.install("getent", passwd("root:x:0", "daemon:x:1", "shop-2:x:1002")),
      /services\.shop\.user: there is no user shop on the host, expected one of root, shop-2: create it first, or take/,
    ],
  ];
  for (const [what, spoil, sentence] of lacks)
    test(`${what}: one sentence with the mend, and nothing is changed`, async () => {
      await spoil();
      const before = await host.root.files();
      await assert.rejects(create(), (error: Error) => {
        assert.match(error.message, sentence);
        assert.match(error.message, /^host fake \(root@127\.0\.0\.1:\d+\): preflight: /);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      });
      assert.deepEqual(await host.root.files(), before);
    });

  test("everything that lacks is said at once", async () => {
    // those that are there to be looked at only when podman is
    const together = lacks.filter(
      ([what]) => !["podman before 5.0", "no quadlet generator", "no nftables"].includes(what),
    );
    for (const [, spoil] of together) await spoil();
    await assert.rejects(create(), (error: Error) => {
      for (const [, , sentence] of together) assert.match(error.message, sentence);
      return true;
    });
  });

  test("a user that has its ids already needs no others", async () => {
    await put("etc/subuid", `${full}app:700000000:65536\n`);
    await create();
  });

  test("a range far above, as Incus and LXD have it, leaves room below", async () => {
    await put("etc/subuid", "root:1000000:1000000000\n");
    await create();
  });

  test("a home that is there already, of a user who is not: another one is to be set", async () => {
    await assert.rejects(
      create({ home: "/usr" }),
      /preflight: \/usr is there already, .*new user app could not write to it: set/,
    );
    await host.root.install("getent", "true");
    await create({ home: "/usr" });
  });

  test("root's containers need nothing of users", async () => {
    for (const path of ["bin/newuidmap", "bin/newgidmap", "bin/pasta", "usr/lib/systemd/user", "etc/subuid"])
      await remove(path);
    await create({ user: "", home: "" });
  });

  test("each service whose user is not there is named", async () => {
    const users = { "services.a.user": "alice", "services.shop.user": "shop", "services.b.user": "bob" };
    await assert.rejects(create({ users }), ({ message }: Error) => {
      assert.deepEqual(
        [...message.matchAll(/(\S+): there is no user (\S+)/g)].map(([, place, user]) => `${place} ${user}`),
        ["services.a.user alice", "services.b.user bob"],
      );
      return true;
    });
  });

  test("looks again when the services' users are others, also where an older state knows none", async () => {
    const { outs } = await create();
    const { diff, update } = provider(host.config);
    const { users, ...older } = outs as PreflightInputs;
    const more = { ...inputs, users: { ...users, "services.a.user": "alice" } };
    for (const olds of [outs, older]) {
      assert.equal((await diff("preflight", olds, more)).changes, true);
      await assert.rejects(update("preflight", olds, more), /preflight: services\.a\.user: there is no user alice/);
    }
    assert.equal((await diff("preflight", older, inputs)).changes, true);
    await update("preflight", older, inputs);
  });

  test("the ports that the stack has by now are its own", async () => {
    const { outs } = await create();
    await host.root.install("ss", "echo 'LISTEN 0 511 127.0.0.1:1 0.0.0.0:* users:((\"x\",pid=1,fd=6))'");
    await provider(host.config).update("preflight", outs, { ...inputs, diskMib: 4096 });
    const more = { ...inputs, ports: [...inputs.ports, "3000"] };
    await assert.rejects(
      provider(host.config).update("preflight", outs, more),
      /preflight: port 3000 is taken by x \(process 1\)[^;]*$/,
    );
  });
});

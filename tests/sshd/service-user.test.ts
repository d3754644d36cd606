import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { provider, type ServiceUserInputs } from "../../providers/service-user.ts";
import { type Connection, connect } from "../../providers/ssh/connection.ts";
import { noSshd, RealSshd } from "./real-sshd.ts";

// what logind and the user's manager do, where no systemd runs
const systemd = `
mkdir -p /var/lib/systemd/linger /run/user
cat >/usr/local/sbin/loginctl <<'EOF'
#!/bin/bash
case $1 in enable-linger) touch "/var/lib/systemd/linger/$2" ;; disable-linger) rm -f "/var/lib/systemd/linger/$2" ;; esac
EOF
cat >/usr/local/sbin/systemctl <<'EOF'
#!/bin/bash
uid=\${2#user@} bus=/run/user/\${uid%.service}/bus
mkdir -p "\${bus%/*}" && rm -f "$bus"
[[ $1 != start ]] || exec python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$bus"
EOF
chmod 755 /usr/local/sbin/*`;

/** All that a user leaves on a host: accounts, ids, folders and their owners, the ledger. */
const listing = `cat /etc/passwd /etc/group /etc/subuid /etc/subgid; ls /var/lib/systemd/linger /var/mail
find /home /srv /data /var/lib/watchpost -printf '%p %u:%g %m\\n' 2>/dev/null | sort`;

describe("ServiceUser on a real host", { skip: noSshd }, () => {
  let host: RealSshd;
  let connection: Connection;
  let before_: string;
  const inputs: ServiceUserInputs = {
    ...{ user: "app", home: "/home/app", shell: "/usr/sbin/nologin", linger: true, range: 65536, keepData: false },
  };
  const bash = (script: string) => connection.run({ what: "test", script });
  const kind = () => provider(host.config);
  const create = async (changes: Partial<ServiceUserInputs> = {}) =>
    (await kind().create({ ...inputs, ...changes })).outs;
  const remove = (outs: object) => kind().delete("app", outs as never);
  const there = async (path: string) => (await bash(`[[ ! -e ${path} ]] || echo yes`)) === "yes\n";
  const olderLedger = () => bash("sed -i '/^\\(found-\\)\\?home /d' /var/lib/watchpost/made");

  before(async () => {
    host = await RealSshd.start({ setup: systemd });
    connection = connect(host.address);
    await bash("mkdir /srv/shop && echo theirs >/srv/shop/orders");
  });
  after(() => host?.stop());
  beforeEach(async () => {
    before_ = await bash(listing);
  });
  afterEach(async () => {
    assert.equal(await bash(listing), before_);
  });

  test("is made, known again, and taken away whole", async () => {
    const outs = await create();
    assert.equal(
      await bash("getent passwd app | cut -d: -f 6-7; grep ^app: /etc/subuid /etc/subgid; stat -c %U /home/app"),
      "/home/app:/usr/sbin/nologin\n/etc/subuid:app:231072:65536\n/etc/subgid:app:231072:65536\napp\n",
    );
    assert.deepEqual((await kind().read("app", outs as never)).inputs, inputs);
    assert.deepEqual(await create(), outs);
    // what a container leaves: files of subordinate ids, and a mount
    await bash(
      "mkdir -p /home/app/storage/m && chown 231172 /home/app/storage && mount -t tmpfs none /home/app/storage/m",
    );
    await remove(outs);
    await remove(outs);
    assert.equal(await bash("grep -c /home/app /proc/mounts || true"), "0\n");
  });

  test("is kept where its data is", async () => {
    const outs = await create({ keepData: true });
    const made = await bash(listing);
    await remove(outs);
    assert.equal(await bash(listing), made);
    await remove({ ...outs, keepData: false });
  });

  test("goes with the folders that were made for its home, and with nothing else in them", async () => {
    await remove(await create({ home: "/data/apps/app" }));
    const outs = await create({ home: "/data/apps/app" });
    await bash("echo theirs >/data/apps/other");
    await remove(outs);
    assert.equal(await bash("cat /data/apps/other; ls /data/apps; rm -r /data"), "theirs\nother\n");
    await remove(outs);
  });

  test("a home that was there before stays, with all that is in it", async () => {
    const outs = await create({ home: "/srv" });
    await bash("mount -t tmpfs none /srv/shop && touch /srv/shop/mounted");
    await remove(outs);
    assert.equal(await bash("ls /srv/shop; umount /srv/shop; cat /srv/shop/orders"), "mounted\ntheirs\n");
  });

  test("a home that was there before stays, also where it was made the user's by hand", async () => {
    const outs = await create({ home: "/srv" });
    await bash("chown -R app: /srv");
    await remove(outs);
    assert.equal(await bash("cat /srv/shop/orders; chown -R root: /srv"), "theirs\n");
  });

  test("a home that was made over by hand stays", async () => {
    const outs = await create();
    await bash("mv /home/app /home/moved && ln -s moved /home/app && usermod --home /home/moved app");
    await remove(outs);
    assert.ok(await there("/home/moved"));
    await bash("rm -rf /home/moved");
  });

  describe("by a ledger of an older version", () => {
    test("a home of the user's own goes, with what containers have written", async () => {
      const outs = await create();
      await olderLedger();
      await bash("mkdir -p /home/app/storage && chown 231172 /home/app/storage");
      await remove(outs);
    });

    const kept: [what: string, spoil: string, mend: string, home?: string][] = [
      ["in which root has something", "touch /home/app/theirs", "rm -r /home/app"],
      [
        "in which somebody has something, deep down",
        "mkdir -p /home/app/a/b; chown -R app /home/app/a; install -o nosudo /dev/null /home/app/a/b/theirs",
        "rm -r /home/app",
      ],
      [
        "in which somebody lives",
        "mkdir /home/app/other; chown app /home/app/other; usermod -d /home/app/other nosudo",
        "rm -r /home/app; usermod -d /home/nosudo nosudo",
      ],
      ["that is somebody's too", "usermod -d /home/app nosudo", "rm -r /home/app; usermod -d /home/nosudo nosudo"],
      ["that is somebody else's", "chown nosudo /home/app", "rm -r /home/app"],
      ["that is the system's", ":", ":", "/srv"],
      ["that leads elsewhere", ":", ":", "/home/../srv"],
    ];
    for (const [what, spoil, mend, home = "/home/app"] of kept)
      test(`a home ${what} stays, and the user goes`, async () => {
        const outs = await create({ home });
        await olderLedger();
        await bash(spoil);
        await remove(outs);
        assert.equal(await bash("getent passwd app || echo gone"), "gone\n");
        assert.ok(await there(home));
        await bash(mend);
      });
  });

  test("what a run that was cut off has left goes with the next one", async () => {
    const outs = await create();
    await bash("userdel app");
    assert.ok(await there("/home/app"));
    await remove(outs);
  });

  test("a user who was there before stays, with its home", async () => {
    await bash("useradd --create-home app && touch /home/app/theirs");
    await bash(
      "usermod --del-subuids 0-4294967295 --del-subgids 0-4294967295 app; sed -i /^app:/d /etc/subuid /etc/subgid",
    );
    const had = await bash(listing);
    await remove(await create());
    assert.equal(await bash(listing), had);
    await bash("userdel --remove app 2>/dev/null");
  });

  test("gets the first ids that nobody has, of users and of groups", async () => {
    await bash("cp -a /etc/subuid /etc/subgid /root");
    await bash("printf root:1000000:1000000000 >/etc/subuid; echo anna:100000:65536 >/etc/subgid");
    const outs = await create();
    assert.equal(await bash("grep -h ^app: /etc/subuid /etc/subgid"), "app:165536:65536\napp:165536:65536\n");
    await remove(outs);
    await bash("cp -a /root/subuid /root/subgid /etc; rm /root/subuid /root/subgid");
  });
});

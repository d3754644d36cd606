import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { findCached } from "../../toolchain/cache.ts";
import { buildKey } from "../../toolchain/go-build.ts";
import { recipes } from "../../toolchain/recipes.ts";
import { configWith } from "../config/sample.ts";
import { AlloyLines } from "./alloy-lines.ts";

const built = await findCached(buildKey(recipes.alloy));
const skip =
  built === undefined && `alloy ${recipes.alloy.version} is not in the toolchain's cache: npm run demo builds it`;

const config = configWith({
  services: {
    shop: { user: "shop", containers: ["web", "systemd-db"] },
    ssh: { units: ["ssh.service"] },
    vpn: { units: ["wg-quick@my\\x2dvpn.service"] },
  },
  logs: {
    drop: {
      pings: { service: "shop", match: "GET /ping(\\?|\\s)" },
      handshakes: { unit: "wg-quick@my\\x2dvpn.service", match: "handshake" },
    },
    labels: { facility: "SYSLOG_FACILITY" },
  },
});

/** A line of a container as conmon writes it: `PRIORITY` 3 is stderr. */
const ofContainer = (container: string, more: Record<string, string> = {}) => ({
  _TRANSPORT: "journal",
  _SYSTEMD_UNIT: "user@1001.service",
  _SYSTEMD_USER_UNIT: `${container}.service`,
  _SYSTEMD_OWNER_UID: "1001",
  _UID: "1001",
  _COMM: "conmon",
  CONTAINER_NAME: container,
  CONTAINER_ID: "0123456789ab",
  SYSLOG_IDENTIFIER: container,
  PRIORITY_KEYWORD: "error",
  ...more,
});
const ofUnit = (unit: string, more: Record<string, string> = {}) => ({
  _TRANSPORT: "syslog",
  _SYSTEMD_UNIT: unit,
  PRIORITY_KEYWORD: "info",
  _PID: "77",
  _UID: "0",
  ...more,
});
const ofManager = (more: Record<string, string>) =>
  ofUnit("init.scope", { _TRANSPORT: "journal", _PID: "1", _COMM: "systemd", ...more });
const ofUserManager = (more: Record<string, string>) =>
  ofUnit("user@1001.service", {
    ...{ _TRANSPORT: "journal", _SYSTEMD_USER_UNIT: "init.scope", _SYSTEMD_OWNER_UID: "1001", _UID: "1001" },
    ...{ _COMM: "systemd", ...more },
  });
/** A process of mallory's (uid 1002), in a job of the system's cron: the claims are in `more`. */
const ofMallory = (more: Record<string, string>) =>
  ofUnit("cron.service", { _TRANSPORT: "journal", _UID: "1002", _COMM: "podman", ...more });
const ofRoot = (unit: string) => ({
  ...{ _SYSTEMD_UNIT: unit, _SYSTEMD_USER_UNIT: "", _SYSTEMD_OWNER_UID: "", _UID: "0" },
});
const id = "0f75ad9cb69a6291978c0c62f44ca4ee5ff859b15f300ba2bf76981c23daf322";

describe("lines through Alloy's stages", { skip, concurrency: 1 }, () => {
  let alloy: AlloyLines;
  before(async () => {
    alloy = await AlloyLines.start(join(built ?? "", "alloy"), config);
  });
  after(() => alloy?.stop());
  const stored = async (fields: Record<string, string>, line: string) => {
    const entry = await alloy.journal(fields, line);
    assert.ok(entry, `${line} is dropped`);
    return entry;
  };

  const base = { job: "journal", source: "journal" };
  describe("labels", () => {
    const cases: [what: string, fields: Record<string, string>, labels: Record<string, string>][] = [
      [
        "a declared container of a service user",
        ofContainer("web"),
        { user: "shop", unit: "web.service", container: "web", service: "shop", service_name: "web", level: "unknown" },
      ],
      [
        "a unit with systemd's escape in its name",
        ofUnit("wg-quick@my\\x2dvpn.service"),
        {
          ...{ user: "root", unit: "wg-quick@my\\x2dvpn.service", service: "vpn", level: "info" },
          service_name: "wg-quick@my\\x2dvpn",
        },
      ],
      [
        "a container that nobody declared",
        ofContainer("stray"),
        {
          user: "shop",
          unit: "stray.service",
          container: "stray",
          service: "undeclared",
          service_name: "stray",
          level: "unknown",
        },
      ],
      [
        "a user that the collector has not seen yet",
        ofContainer("web", { _SYSTEMD_OWNER_UID: "1002", _UID: "1002" }),
        {
          user: "uid-1002",
          unit: "web.service",
          container: "web",
          service: "undeclared",
          service_name: "web",
          level: "unknown",
        },
      ],
      [
        "what a manager says of a declared quadlet's unit",
        ofUserManager({ USER_UNIT: "db.service" }),
        { user: "shop", unit: "db.service", service: "shop", service_name: "db", level: "info" },
      ],
      [
        "a unit of the system",
        ofUnit("cron.service", { PRIORITY_KEYWORD: "warning" }),
        { user: "root", unit: "cron.service", service_name: "cron", level: "warn" },
      ],
      [
        "a declared unit of the system",
        ofUnit("ssh.service", { SYSLOG_IDENTIFIER: "sshd" }),
        { user: "root", unit: "ssh.service", service: "ssh", service_name: "sshd", level: "info" },
      ],
      [
        "an ssh session",
        ofUnit("session-12.scope", { SYSLOG_IDENTIFIER: "sshd-session" }),
        { user: "root", unit: "session.scope", service_name: "sshd", level: "info" },
      ],
      [
        "a container of root's that is no service",
        ofContainer("watch", ofRoot("watch.service")),
        {
          user: "root",
          unit: "watch.service",
          container: "watch",
          service: "undeclared",
          service_name: "watch",
          level: "unknown",
        },
      ],
      [
        "Watchpost's own agent",
        ofContainer("watchpost-alloy", ofRoot("watchpost-alloy.service")),
        {
          user: "root",
          unit: "watchpost-alloy.service",
          container: "watchpost-alloy",
          service: "watchpost",
          service_name: "watchpost-alloy",
          level: "unknown",
        },
      ],
      [
        "the kernel",
        { _TRANSPORT: "kernel", PRIORITY_KEYWORD: "crit", SYSLOG_IDENTIFIER: "kernel" },
        { user: "root", unit: "kernel", service_name: "kernel", level: "critical" },
      ],
      [
        "the audit system",
        { _TRANSPORT: "audit", PRIORITY_KEYWORD: "notice" },
        { user: "root", unit: "audit", service_name: "audit", level: "info" },
      ],
      [
        "a field that the config makes a label",
        ofUnit("cron.service", { SYSLOG_FACILITY: "10" }),
        { user: "root", unit: "cron.service", service_name: "cron", level: "info", facility: "10" },
      ],
    ];
    for (const [what, fields, labels] of cases)
      test(what, async () => {
        const entry = await stored(fields, `a line of ${what}`);
        assert.deepEqual(entry.labels, { ...base, ...labels });
      });

    const folded: [unit: string, to: string][] = [
      ["home.mount", "systemd-mount"],
      ["dbus.socket", "systemd-socket"],
      ["network.target", "systemd-target"],
      ["user@1001.service", "user@.service"],
      ["run-u12.service", "run.service"],
      [`libpod-${id}.scope`, "libpod.scope"],
    ];
    for (const [unit, to] of folded)
      test(`${unit} is no stream of its own`, async () => {
        assert.equal((await stored(ofManager({ UNIT: unit }), `about ${unit}`)).labels.unit, to);
      });
  });

  test("what has many values is kept with the line, and is no label", async () => {
    const fields = ofManager({ UNIT: "cron.service", SYSLOG_IDENTIFIER: "systemd", MESSAGE_ID: "ab", N_RESTARTS: "4" });
    const { labels, metadata } = await stored(fields, "with metadata");
    const kept = { pid: "1", identifier: "systemd", transport: "journal", message_id: "ab", n_restarts: "4" };
    assert.deepEqual(metadata, kept);
    for (const name of Object.keys(kept)) assert.equal(labels[name], undefined);
  });

  describe("what a process claims of others is kept as a claim, and is no label", () => {
    const alone = { user: "root", unit: "cron.service", service_name: "cron", level: "info", ...base };
    const claims: [what: string, fields: Record<string, string>, claimed: Record<string, string>][] = [
      ["another unit", { UNIT: "ssh.service", SYSLOG_IDENTIFIER: "sshd" }, { unit: "ssh.service" }],
      ["a user's unit", { USER_UNIT: "web.service" }, { unit: "web.service" }],
      ["a container of the stack's", { CONTAINER_NAME: "watchpost-alloy" }, { container: "watchpost-alloy" }],
      ["an event that is noise", { PODMAN_EVENT: "exec" }, { event: "exec" }],
      ["a failure of a unit", { MESSAGE_ID: "d9b3", N_RESTARTS: "9" }, { message_id: "d9b3" }],
      ["another sender, by what separates fields", { _COMM: ";uid-1", CONTAINER_NAME: "web" }, { container: "web" }],
      ["root's uid, by the same", { _COMM: "podman;root;0", CONTAINER_NAME: "web" }, { container: "web" }],
      ["sshd's unit, by the same", { SYSLOG_IDENTIFIER: "x;ssh.service;sshd" }, {}],
      [
        "a core dump, by the same",
        { MESSAGE_ID: "a;systemd-coredump@b;fc2e" },
        { message_id: "a;systemd-coredump@b;fc2e" },
      ],
      ["a name without an end", { CONTAINER_NAME: "c".repeat(5000) }, { container: "c".repeat(255) }],
    ];
    for (const [what, fields, claimed] of claims)
      test(what, async () => {
        const { labels, metadata } = await stored(ofMallory(fields), `claims ${what}`);
        assert.deepEqual(labels, alone);
        const kept = Object.entries(metadata).filter(([name]) => name.startsWith("claimed_"));
        assert.deepEqual(
          Object.fromEntries(kept),
          Object.fromEntries(Object.entries(claimed).map(([name, value]) => [`claimed_${name}`, value])),
        );
        assert.equal(metadata.n_restarts ?? metadata.message_id ?? metadata.container_id, undefined);
      });

    test("a user's own manager and containers say nothing of root's or of another user's", async () => {
      const { labels } = await stored(ofUserManager({ UNIT: "ssh.service" }), "of root's unit");
      assert.deepEqual([labels.user, labels.unit], ["shop", "init.scope"]);
      const web = await stored(ofContainer("watchpost-loki"), "of the stack's container");
      assert.deepEqual([web.labels.user, web.labels.service], ["shop", "undeclared"]);
    });

    test("a process that was gone when journald looked has its own user's name, or none", async () => {
      const gone = (uid: string) => ({
        _TRANSPORT: "journal",
        _UID: uid,
        SYSLOG_IDENTIFIER: "sshd",
        UNIT: "x.service",
      });
      for (const [uid, user] of Object.entries({ 1001: "shop", 33: "unknown", 165536: "unknown", 0: "root" })) {
        const { labels } = await stored(gone(uid), `gone, of ${uid}`);
        assert.deepEqual([labels.user, labels.unit, labels.container], [user, undefined, undefined], uid);
        assert.equal(labels.service_name, uid === "0" ? "sshd" : undefined, uid);
      }
    });

    test("a crash is told by the one who crashed, in systemd's unit for that", async () => {
      const fields = { _UID: "1002", _TRANSPORT: "journal", MESSAGE_ID: "fc2e" };
      const { metadata } = await stored(
        ofUnit("systemd-coredump@1-2-3.service", fields),
        "Process 7 (web) dumped core",
      );
      assert.equal(metadata.message_id, "fc2e");
    });
  });

  describe("the level of a container's line is in its text, not in its stream", () => {
    const lines: [line: string, level: string][] = [
      ["plain words on stderr", "unknown"],
      ["the error is elsewhere", "unknown"],
      ['{"level":"warn","msg":"error in text"}', "warn"],
      ['{"time":"now","severity":"ERROR","message":"x"}', "error"],
      ['{"level":30,"time":1,"msg":"pino"}', "info"],
      ['{"level":50,"time":1,"msg":"pino"}', "error"],
      ['{"event": "x", "log.level": "debug"}', "debug"],
      ["level=info ts=2026-11-24T16:00:00Z msg=x", "info"],
      ['ts=2026-11-24T16:00:00Z lvl=eror msg="not a level"', "unknown"],
      ["time=x level=WARNING msg=x", "warn"],
      ["E1124 16:00:00.000000       1 main.go:1] klog", "error"],
      ["2026/11/24 16:00:00 [crit] 12#12: nginx", "critical"],
      ["[2026-11-24 16:00:00.000][1][info][main] envoy", "info"],
      ["2026-11-24 16:00:00.000 UTC [7] FATAL:  postgres", "critical"],
      ["2026-11-24T16:00:00.000Z  INFO 1 --- [main] spring", "info"],
      ["WARNING:root:python", "warn"],
      ["error: cannot open", "error"],
      ["npm warn deprecated", "unknown"],
    ];
    for (const [line, level] of lines)
      test(`${level}: ${JSON.stringify(line)}`, async () => {
        assert.equal((await stored(ofContainer("web"), line)).labels.level, level);
      });
    test("the ends of lines that conmon leaves are taken away", async () => {
      assert.equal((await stored(ofContainer("web"), "said on stderr\n")).line, "said on stderr");
    });
    test("colours are taken away", async () => {
      const { line, labels } = await stored(ofContainer("web"), "\u001b[32mINFO\u001b[0m coloured");
      assert.deepEqual([line, labels.level], ["INFO coloured", "info"]);
    });
    test("so is that of what a unit prints, else its priority stands", async () => {
      const printed = ofUnit("app.service", { _TRANSPORT: "stdout" });
      assert.equal((await stored(printed, "[error] printed")).labels.level, "error");
      assert.equal((await stored(printed, "just printed")).labels.level, "info");
    });
    test("a level that was given to journald is not read out of the text", async () => {
      assert.equal((await stored(ofUnit("app.service"), "[error] logged as info")).labels.level, "info");
    });
  });

  describe("noise", () => {
    const event = (name: string, health = "") =>
      ofUnit("user@1001.service", {
        ...{ _SYSTEMD_OWNER_UID: "1001", _UID: "1001", _COMM: "podman", SYSLOG_IDENTIFIER: "podman" },
        ...{ PODMAN_EVENT: name, PODMAN_HEALTH_STATUS: health },
      });
    const transient = (level: string) => ofUserManager({ USER_UNIT: `${id}-1854b68.service`, PRIORITY_KEYWORD: level });
    const mount = "var-lib-containers-storage-overlay-abc-merged.mount";
    const dropped: [string, Record<string, string>][] = [
      ["a health check that went well", event("health_status", "healthy")],
      ["the exec of a health check", event("exec")],
      ["the end of that exec", event("exec_died")],
      ["the start of a health check's transient unit", transient("info")],
      ["a container's mount that goes", ofManager({ UNIT: mount })],
      ["the same of a user's", ofUserManager({ USER_UNIT: `home-shop-.local-share-${mount.slice(8)}` })],
    ];
    for (const [what, fields] of dropped)
      test(`${what} is dropped`, async () => assert.equal(await alloy.journal(fields, `noise: ${what}`), undefined));
    const kept: [string, Record<string, string>][] = [
      ["a health check that failed", event("health_status", "unhealthy")],
      ["a container that died", event("died")],
      ["a health check's unit that warns", transient("warning")],
      ["a container's mount that fails", ofManager({ UNIT: mount, PRIORITY_KEYWORD: "error" })],
      ["a disk's mount", ofManager({ UNIT: "home.mount" })],
    ];
    for (const [what, fields] of kept)
      test(`${what} is kept`, async () => void (await stored(fields, `kept: ${what}`)));

    test("a rule of the config drops in its service alone", async () => {
      assert.equal(await alloy.journal(ofContainer("web"), "GET /ping 200"), undefined);
      await stored(ofContainer("web"), "GET /pingpong 200");
      await stored(ofContainer("stray"), "GET /ping 200");
      assert.equal(await alloy.journal(ofUnit("wg-quick@my\\x2dvpn.service"), "handshake with peer"), undefined);
      await stored(ofUnit("wg-quick@my-vpn.service"), "handshake with peer");
    });
  });

  describe("ctr.log", () => {
    const unit = { _SYSTEMD_UNIT: "watchpost-ctr-log@1001.service", _UID: "1001" };
    const fields = { ...unit, _TRANSPORT: "stdout", _PID: "7", PRIORITY_KEYWORD: "info" };
    const now = new Date().toISOString();
    /** A line as the reader hands it to the journal. */
    const write = (stream: string, tag: string, text: string) =>
      `ctr.log\t0123456789ab\told\told.service\t${now} ${stream} ${tag} ${text}.`;
    const names = { user: "shop", container: "old", unit: "old.service", service: "undeclared", service_name: "old" };

    test("is stored under the container's names", async () => {
      const stored = await alloy.journal(fields, write("stderr", "F", "[warn] from a file"));
      assert.deepEqual(stored, {
        line: "[warn] from a file",
        labels: { ...names, level: "warn", source: "ctr.log", job: "ctr.log" },
        metadata: { container_id: "0123456789ab", stream: "stderr" },
      });
    });
    test("a line in parts is one, also with one of the other stream between", async () => {
      assert.equal(await alloy.journal(fields, write("stdout", "P", "first, ")), undefined);
      assert.equal((await alloy.journal(fields, write("stderr", "F", "between")))?.line, "between");
      assert.equal((await alloy.journal(fields, write("stdout", "F", "last")))?.line, "first, last");
    });
    test("a container without a unit has none", async () => {
      const stored = await alloy.journal(fields, write("stdout", "F", "by hand").replace("old.service", ""));
      const { unit: _, ...rest } = names;
      assert.deepEqual(stored?.labels, { ...rest, level: "unknown", source: "ctr.log", job: "ctr.log" });
    });
    test("what the reader itself has to say is its unit's", async () => {
      const { labels } = await stored(fields, "cannot read the list");
      const unit = { unit: "watchpost-ctr-log@.service", service_name: "watchpost-ctr-log@" };
      assert.deepEqual(labels, {
        user: "shop",
        ...unit,
        service: "undeclared",
        level: "info",
        source: "journal",
        job: "journal",
      });
    });
    test("nobody else's line is taken for one", async () => {
      const other = { ...fields, _SYSTEMD_UNIT: "user@1001.service", _SYSTEMD_OWNER_UID: "1001" };
      const line = write("stdout", "F", "forged");
      assert.deepEqual((await stored(other, line)).line, line);
    });
  });
});

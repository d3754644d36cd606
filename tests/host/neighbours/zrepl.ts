import { join } from "node:path";
import { findGo } from "../../../toolchain/go.ts";
import { goBuild } from "../../../toolchain/go-build.ts";
import { recipes } from "../../../toolchain/recipes.ts";
import type { Guest } from "../guest.ts";

const config = JSON.stringify({
  global: {
    logging: [{ type: "stdout", level: "info", format: "logfmt", time: false }],
    monitoring: [{ type: "prometheus", listen: "127.0.0.1:9811" }],
  },
  jobs: [
    {
      name: "snap",
      type: "snap",
      filesystems: { "tank<": true },
      snapshotting: { type: "periodic", prefix: "zrepl_", interval: "10s" },
      pruning: { keep: [{ type: "last_n", count: 10 }] },
    },
  ],
});

// zrepl refuses a folder of its control socket that others may enter
const unit = `[Unit]
Description=zrepl
[Service]
RuntimeDirectory=zrepl zrepl/stdinserver
RuntimeDirectoryMode=0700
ExecStartPre=/usr/local/bin/zrepl --config /run/zrepl.yml configcheck
ExecStart=/usr/local/bin/zrepl --config /run/zrepl.yml daemon
`;

const start = `
cat >/run/systemd/system/zrepl.service
systemctl daemon-reload
systemctl restart zrepl
timeout 20 sh -c 'until curl -sf http://127.0.0.1:9811/metrics >/dev/null; do sleep 0.1; done' && exit
journalctl --unit zrepl --lines 20 --no-pager >&2
exit 1
`;

/** The path of the real zrepl on this machine. */
export async function zreplBinary(): Promise<string> {
  return join(await goBuild(recipes.zrepl, findGo), "zrepl");
}

/** Runs the real zrepl on the guest as zrepl.service, its metrics on port 9811; for want of ZFS its job `snap` fails. */
export async function startZrepl(guest: Guest): Promise<void> {
  if (!(await guest.sh("command -v zrepl || true"))) await guest.putProgram("zrepl", await zreplBinary());
  await guest.sh("cat >/run/zrepl.yml", { input: config });
  await guest.sh(start, { input: unit });
}

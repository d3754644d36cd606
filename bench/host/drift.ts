import type { Stage } from "../stage.ts";

const edited = "/etc/systemd/journald.conf.d/50-watchpost.conf";
const opened = "/etc/watchpost/loki/config.yaml";
const unit = "watchpost-loki.service";
const manager = ({ config }: Stage) => `systemctl --user --machine=${config.pod.user}@.host`;

/** What somebody does to the host by hand: edits a file, changes the mode of another, stops a unit. */
export const drift = (stage: Stage): Promise<string> =>
  stage.onHost(["bash", "-ec", `echo '# by hand' >>${edited}; chmod 666 ${opened}; ${manager(stage)} stop ${unit}`]);

/** What of it is still there, a line each. */
export const driftLeft = (stage: Stage): Promise<string> =>
  stage.onHost([
    "bash",
    "-c",
    `grep -q '# by hand' ${edited} && echo '${edited} is edited'
    [ "$(stat -c %a ${opened})" = 666 ] && echo '${opened} has mode 666'
    ${manager(stage)} is-active --quiet ${unit} || echo '${unit} is stopped'`,
  ]);

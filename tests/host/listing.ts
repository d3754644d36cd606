import type { Guest } from "./guest.ts";

/** What changes on any host by itself or stays by intent, each with its reason. */
const others = [
  // the kernel's and systemd's file systems, and what is made anew at each boot
  ...["/dev", "/proc", "/run", "/sys", "/tmp", "/var/tmp"],
  // what was logged stays
  "/var/log/journal",
  // systemd's own books
  ...["/var/lib/systemd/random-seed", "/var/lib/systemd/timers", "/var/lib/systemd/timesync"],
  // logins
  ...["/var/log/lastlog", "/var/log/wtmp", "/var/log/btmp", "/var/lib/wtmpdb"],
  // useradd's and usermod's copies of the files before their last change
  ...["passwd", "shadow", "group", "gshadow", "subuid", "subgid"].map((name) => `/etc/${name}-`),
  // the empty store that podman itself keeps for whoever has run it once
  ...["/var/lib/containers/cache", "/var/lib/containers/storage"],
];

const prune = `\\( ${others.map((path) => `-path ${path}`).join(" -o ")} \\) -prune`;

const LIST = `
find / -xdev ${prune} -o -printf '%y %m %U:%G %l %p\\n' | sort -k5
find /etc -xdev ${prune} -o -type f -print0 | sort -z | xargs -0 sha256sum
ls -d /run/watchpost* 2>/dev/null
ls /var/lib/systemd/linger 2>/dev/null
systemctl list-units --all --no-legend --plain 'watchpost*' 'user@[1-9]*' | cut -d' ' -f1
podman ps --all --quiet; podman pod ls --quiet; podman volume ls --quiet; podman secret ls --quiet; podman network ls --quiet
podman images --all --format '{{.ID}} {{.Names}}'
ls /var/lib/containers/storage/overlay /var/lib/containers/storage/volumes
ip -o link | cut -d: -f2 | cut -d@ -f1
ps -eo user:32,args --no-headers | grep -E 'watchpost|conmon|pasta|loki|prometheus|alloy' | grep -v grep
true
`;

/** Everything on the host that a deployment might change, one thing a line. */
export const listing = async (guest: Guest): Promise<string[]> => (await guest.sh(LIST)).split("\n");

/** What two listings differ in: `+` came, `-` went. */
export const difference = (before: string[], after: string[]): string[] => {
  const [old, now] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
};

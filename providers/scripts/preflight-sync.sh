# What the host must have before anything on it is changed; every lack is said at once: user home range nftables
# ports[] disk_mib places[] users[]
check_ledger
check_stack || true
problems=()
lacks() { problems+=("$1"); }

if ! command -v podman >/dev/null; then
  lacks "podman is not installed: apt-get install podman (5.0 or newer; Debian 13, Ubuntu 25.04 and Fedora have it)"
else
  podman=$(podman --version | sed 's/.* //')
  [[ ${podman%%.*} -ge 5 ]] || lacks "podman is $podman, expected 5.0 or newer: upgrade it (Debian 13 has 5.4)"
  [[ -x /usr/lib/systemd/system-generators/podman-system-generator ]] || lacks "podman's quadlet generator is missing: reinstall podman"
fi
[[ $(stat -fc %T /sys/fs/cgroup) == cgroup2fs ]] || lacks "cgroup v2 is not mounted at /sys/fs/cgroup: boot with systemd.unified_cgroup_hierarchy=1"
[[ -d /run/systemd/system ]] || lacks "systemd is not running: expected a host that was booted with systemd"
[[ -s /etc/machine-id ]] || lacks "/etc/machine-id is empty: systemd-machine-id-setup"

if [[ -n $user ]]; then
  for tool in newuidmap newgidmap; do command -v $tool >/dev/null || lacks "$tool is not installed: apt-get install uidmap"; done
  command -v pasta >/dev/null || command -v slirp4netns >/dev/null || lacks "pasta is not installed: apt-get install passt"
  [[ -e /usr/lib/systemd/user/dbus.socket ]] || lacks "the user's D-Bus is not installed: apt-get install dbus-user-session"
  if [[ -z $(ids_of /etc/subuid) ]]; then
    max=$(login_def SUB_UID_MAX 600100000) start=$(next_range "$range")
    ((start + range - 1 <= max)) ||
      lacks "no range of $range subordinate ids is left below SUB_UID_MAX=$max (next free: $start): free one in /etc/subuid and /etc/subgid, or raise SUB_UID_MAX in /etc/login.defs"
  fi
fi

# useradd leaves an existing home as it is
if [[ -n $user && -e $home ]] && ! getent passwd "$user" >/dev/null && [[ ! -d $home || $(stat -c %A "$home") != ????????w? ]]; then
  lacks "$home is there already, and podman of the new user $user could not write to it: set a home in the config that is still to be made, or make the user yourself"
fi

folder() { local path=$1; until [[ -d $path ]]; do path=$(dirname "$path"); done; printf %s "$path"; }
for path in "${home:-/var/lib/containers}" /etc /run; do
  need=$disk_mib
  [[ $path == /etc || $path == /run ]] && need=16
  free=$(df -Pm "$(folder "$path")" | awk 'NR == 2 { print $4 }')
  ((free >= need)) || lacks "$(folder "$path") has $free MiB left, expected $need MiB or more: free space on its disk"
done

if [[ -n $nftables ]]; then
  without="or set access.open to true in the config, and every user of the host reads and writes the stack's logs and metrics"
  if ! command -v nft >/dev/null; then lacks "nft is not installed: apt-get install nftables, $without"
  elif ! said=$(nft --check --file - 2>&1 <<<'table inet watchpost-check { chain output { type filter hook output priority raw; meta skuid != 0 reject with tcp reset; }; }'); then
    lacks "nft cannot make a table: $(head -n 1 <<<"$said"), $without"
  fi
fi

for port in "${ports[@]}"; do
  taker=$(ss -Hltnp "sport = :$port" 2>/dev/null | head -n 1)
  [[ -z $taker ]] || lacks "port $port is taken by $(sed -n 's/.*users:((\"\([^\"]*\)\",pid=\([0-9]*\).*/\1 (process \2)/p' <<<"$taker"): stop it, or set another port in the config"
done

# root, who may log in, and service users that are the system's
people() {
  local linger
  getent passwd | awk -F: '$3 == 0 || ($3 >= 1000 && $3 < 65534) { print $1 }'
  # logind escapes special characters in these names as \ooo
  for linger in /var/lib/systemd/linger/*; do [[ ! -e $linger ]] || printf '%b\n' "${linger##*/}"; done
}
for i in "${!users[@]}"; do
  getent passwd "${users[i]}" >/dev/null ||
    lacks "${places[i]}: there is no user ${users[i]} on the host, expected one of $(people | awk '!seen[$0]++ { printf "%s%s", n++ ? ", " : "", $0 }'): create it first, or take the service out"
done

((${#problems[@]} == 0)) || fail "$(printf '; %s' "${problems[@]}" | cut -c 3-)"
. /etc/os-release
fact host "$(podman --version | sed 's/.* //')" "$(systemctl --version | awk 'NR == 1 { print $2 }')" "${PRETTY_NAME:-$ID}" "$(uname -m)"

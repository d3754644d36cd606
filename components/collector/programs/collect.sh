#!/bin/sh
# Looks at the containers and units of all users, and at the pools, and leaves what it saw for Alloy in the state folder:
# metrics/watchpost.prom, names.alloy, ctr-logs.json. Each user is looked at by its own podman and systemd.
# What it sees goes through `rows`, a line each: kind, user, and the rest, with tabs between.
set -eu
export LC_ALL=C
cd /
folder=${STATE_DIRECTORY:?}
programs=${0%/*}
new=$folder/new
tab=$(printf '\t')
columns='{{.ID}}\t{{.Names}}\t{{.State}}\t{{.Status}}\t{{.ExitCode}}\t{{.StartedAt}}\t{{.ExitedAt}}\t{{.Restarts}}\t{{.IsInfra}}\t{{.PodName}}\t{{.Image}}\t{{.Label "PODMAN_SYSTEMD_UNIT"}}'

# What a command prints, each line behind a text; fails if the command does or takes too long.
# Nobody waits for the command itself: one that hangs in the kernel, on a dead disk, cannot be killed.
bounded() { # text command...
  behind=$1
  shift
  ({ status=0; "$@" || status=$?; printf '\n%s\n' "$status"; } &) |
    BEHIND=$behind timeout 25 awk 'NR > 1 { print ENVIRON["BEHIND"] line } { line = $0 } END { exit line != "0" }'
}

# A look: the rows of what a command prints, and whether it failed.
look() { # kind user tool command...
  kind=$1 user=$2 tool=$3 failed=0
  shift 3
  bounded "$kind$tab$user$tab" "$@" || failed=1
  printf 'looked\t%s\t%s\t%s\n' "$user" "$tool" "$failed"
}

# Goes into a control group, if it is there, and runs a command. Outside of its user's own, podman would first have itself
# moved into a scope of its own, which costs time and a line in the journal.
inside='echo 0 2>/dev/null >"$0" || :; exec "$@"'

# The containers of a user whose commands run behind a prefix, and the logs that are files.
containers() { # user storage run-folder prefix...
  owner=$1 storage=$2 run=$3
  shift 3
  # podman makes the storage of a user who has none
  [ -d "$storage" ] || [ -d "$run" ] || return 0
  look containers "$owner" podman "$@" timeout -k 2 20 podman ps --all --no-trunc --format "$columns"
  [ -d "$storage" ] || storage=$(bounded '' "$@" timeout -k 2 20 podman info --format '{{.Store.GraphRoot}}' | head -n 1)
  for log in "$storage"/*-containers/*/userdata/ctr.log; do
    # a link, or a name with a line's end in it, would let a user choose what Alloy reads
    case $log in *[[:cntrl:]]*) continue ;; esac
    [ ! -f "$log" ] || [ -L "$log" ] || printf 'ctrlog\t%s\t%s\n' "$owner" "$log"
  done
}

users() {
  containers root /var/lib/containers/storage /run/containers/storage env
  end=$((${started%.*} + 200))
  while IFS=: read -r name _ uid gid _ home _; do
    [ -S "/run/user/$uid/systemd/private" ] && [ "$uid" != 0 ] || continue
    read -r now _ </proc/uptime
    if [ "${now%.*}" -ge "$end" ]; then
      printf 'looked\t%s\t%s\t1\n' "$name" podman "$name" systemctl
      continue
    fi
    # podman ends before its garbage is worth collecting: a sixth less CPU time
    set -- sh -c "$inside" "/sys/fs/cgroup/user.slice/user-$uid.slice/user@$uid.service/init.scope/cgroup.procs" \
      setpriv --reuid="$uid" --regid="$gid" --init-groups env -i "PATH=$PATH" LC_ALL=C GOGC=off "HOME=$home" "USER=$name" \
      "XDG_RUNTIME_DIR=/run/user/$uid" "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$uid/bus"
    containers "$name" "$home/.local/share/containers/storage" "/run/user/$uid/containers" "$@"
    look units "$name" systemctl "$@" timeout -k 2 20 \
      systemctl --user show --property=Id,LoadState,ActiveState,NRestarts '*.service' '*.timer'
  done <"$new/accounts"
}

# zpool without the kernel's module has nothing to say; its times are the host's, without a zone
pools() {
  [ -d /sys/module/zfs ] && command -v zpool >/dev/null || return 0
  look zpool-list root zpool timeout -k 2 20 zpool list -Hp -o name,size,alloc,free,frag,health,readonly
  look zpool-status root zpool env TZ=UTC0 timeout -k 2 20 zpool status -p
}

# Everybody who may have a manager, or lines in the journal, once each, as lines of passwd.
accounts() {
  set --
  for path in /var/lib/systemd/linger/* /run/user/*; do set -- "$@" "${path##*/}"; done
  {
    awk -F: '$3 >= 1000 && $1 != "nobody"' /etc/passwd
    timeout -k 1 10 getent passwd "$@" || :
  } | sort -t : -k 3,3n -u
}

# What a command printed for root.
rows() { awk -v before="$1${tab}root$tab" 'index($0, before) == 1 { print substr($0, length(before) + 1) }' "$new/rows"; }

# The rows that names and logs go by, those included that could not be seen this time.
known() {
  awk -f "$programs/known.awk" before=1 "$folder/rows" before= "$new/rows" >"$new/with-old"
  while IFS= read -r row; do
    case $row in ctrlog*) [ -f "${row##*"$tab"}" ] || continue ;; esac
    printf '%s\n' "$row"
  done <"$new/with-old"
}

metrics() {
  awk -f "$programs/containers.awk" "$new/rows"
  awk -f "$programs/units.awk" "$new/rows"
  rows zpool-list | awk -f "$programs/zpool-list.awk"
  rows zpool-status | awk -f "$programs/zpool-status.awk" before=1 "$folder/metrics/watchpost.prom" before= -
  awk -v started="$started" -v now="$(date +%s)" -f "$programs/looks.awk" "$new/rows" /proc/uptime
}

# Replaces a file in one step, and only if it is another one.
put() { cmp -s "$new/$1" "$2" || mv -f "$new/$1" "$2"; }

read -r started _ </proc/uptime
mkdir -p "$folder/metrics" "$new"
for file in rows metrics/watchpost.prom; do [ -f "$folder/$file" ] || : >"$folder/$file"; done
# a byte that is no text makes a file of metrics, or of JSON, one that cannot be read
accounts >"$new/accounts"
{ awk -F: '$3 > 0 { print "user\t" $3 "\t" $1 }' "$new/accounts"; pools; users; } >"$new/seen"
tr '\000-\010\013-\037\177' '[?*]' <"$new/seen" | awk -f "$programs/text.awk" >"$new/rows"
metrics >"$new/watchpost.prom"
known >"$new/known"
awk -f "$programs/names.awk" "$new/known" >"$new/cgroups"
{ grep "^user$tab" "$new/rows" || :; sort -u "$new/cgroups"; } >"$new/names"
awk -f "$programs/names-module.awk" "$new/names" >"$new/names.alloy"
awk -f "$programs/ctr-logs.awk" "$new/known" >"$new/ctr-logs.json"
put watchpost.prom "$folder/metrics/watchpost.prom"
put names.alloy "$folder/names.alloy"
put ctr-logs.json "$folder/ctr-logs.json"
put known "$folder/rows"

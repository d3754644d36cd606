#!/bin/sh
# A look at the containers and units of the user who runs it; of root, at the system's containers and the pools. Prints rows for
# collect.sh: a kind and a line, with a tab between. Tools are announced by `looking`; `looked` says whether one failed.
# The list of the user's ctr.log files stays in `folder`, for the reader that follows them.
set -u
export LC_ALL=C
cd /
folder=$1
uid=$(id -u)
columns='{{.ID}}\t{{.Names}}\t{{.State}}\t{{.Status}}\t{{.ExitCode}}\t{{.StartedAt}}\t{{.ExitedAt}}\t{{.Restarts}}\t{{.IsInfra}}\t{{.PodName}}\t{{.Image}}\t{{.Label "PODMAN_SYSTEMD_UNIT"}}'

# The rows of what a command prints, by way of a file: nobody waits for a child of it that keeps its output open.
look() { # kind tool command...
  kind=$1 tool=$2 failed=0
  shift 2
  printf 'looking\t%s\n' "$tool"
  timeout -k 2 20 "$@" >"$folder/$kind" || failed=1
  KIND=$kind awk '{ print ENVIRON["KIND"] "\t" $0 }' "$folder/$kind"
  printf 'looked\t%s\t%s\n' "$tool" "$failed"
}

# podman keeps a user's namespaces in a process, and starts it where there is none: started here it would end with this look, so
# the user's own manager does that. In these namespaces podman goes by these variables; without a bus it does not have itself
# moved into a scope, which costs time and a line in the journal. Source: pkg/rootless/rootless_linux.go of podman
choose_podman() {
  podman=podman
  [ "$uid" != 0 ] || return 0
  pid=
  read -r pid 2>/dev/null <"$XDG_RUNTIME_DIR/libpod/tmp/pause.pid" || :
  if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then
    podman="nsenter --target $pid --user --mount --wd=/ env DBUS_SESSION_BUS_ADDRESS=unix:path=/dev/null"
    podman="$podman _CONTAINERS_USERNS_CONFIGURED=done _CONTAINERS_ROOTLESS_UID=$uid _CONTAINERS_ROOTLESS_GID=$(id -g) podman"
  else
    podman='systemd-run --user --quiet --collect --wait --pipe podman'
  fi
}

# Those of containers that podman knows: id, name, unit, path. What is no file is counted.
logs() { # storage
  for log in "$1"/*-containers/*/userdata/ctr.log; do
    if [ -f "$log" ] && ! [ -L "$log" ]; then printf '\t%s\n' "$log"
    elif [ -e "$log" ] || [ -L "$log" ]; then echo >&3; fi
  done 3>"$folder/ctr-logs-refused" | awk -F '\t' '
    $1 != "" { if (NF == 12) name[$1] = $2 "\t" $12; next }
    NF == 2 { count = split($2, part, "/"); id = part[count - 2]; if (id in name) print substr(id, 1, 12) "\t" name[id] "\t" $2 }
  ' "$folder/containers" -
}

containers() { # storage run-folder
  storage=$1
  # podman makes the storage of a user who has none
  [ -d "$storage" ] || [ -d "$2" ] || return 0
  choose_podman
  # shellcheck disable=SC2086 # a list
  look containers podman $podman ps --all --no-trunc --format "$columns"
  [ "$failed" = 0 ] || return 0
  # shellcheck disable=SC2086
  [ -d "$storage" ] || storage=$(timeout -k 2 20 $podman info --format '{{.Store.GraphRoot}}' | head -n 1)
  logs "$storage" >"$folder/ctr-logs.new" && mv -f "$folder/ctr-logs.new" "$folder/ctr-logs"
}

mkdir -p "$folder"
if [ "$uid" = 0 ]; then
  containers /var/lib/containers/storage /run/containers/storage
  # zpool without the kernel's module has nothing to say; its times are the host's, without a zone
  if [ -d /sys/module/zfs ] && command -v zpool >/dev/null; then
    look zpool-list zpool zpool list -Hp -o name,size,alloc,free,frag,health,readonly
    look zpool-status zpool env TZ=UTC0 zpool status -p
  fi
else
  look units systemctl systemctl --user show --property=Id,LoadState,ActiveState,NRestarts '*.service' '*.timer'
  containers "$HOME/.local/share/containers/storage" "$XDG_RUNTIME_DIR/containers"
fi
if [ -s "$folder/ctr-logs" ]; then
  printf 'ctr-logs\t%s\n' "$(wc -l <"$folder/ctr-logs")"
  # what their reader needs, which only Debian and its like always have
  perl -MFcntl -MPOSIX -e 1 2>/dev/null || printf 'looking\tperl\nlooked\tperl\t1\n'
fi
[ ! -s "$folder/ctr-logs-refused" ] || printf 'refused\t%s\n' "$(wc -l <"$folder/ctr-logs-refused")"
[ ! -s "$folder/ctr-logs-left-out" ] || awk '{ print "left-out\t" $0 }' "$folder/ctr-logs-left-out"

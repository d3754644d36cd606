#!/bin/bash
# Looks at the containers and units of all users, and leaves what it saw for Alloy in the state folder:
# metrics/watchpost.prom, names.alloy, ctr-logs.json. Each user is looked at by its own podman and systemd.
set -uo pipefail
export LC_ALL=C
cd /
folder=${STATE_DIRECTORY:?}
programs=${BASH_SOURCE%/*}
started=${EPOCHREALTIME/./}
mkdir -p "$folder/metrics"

containers='{{.ID}}\t{{.Names}}\t{{.State}}\t{{.Status}}\t{{.ExitCode}}\t{{.StartedAt}}\t{{.ExitedAt}}\t{{.Restarts}}\t{{.IsInfra}}\t{{.PodName}}\t{{.Image}}\t{{.Label "PODMAN_SYSTEMD_UNIT"}}'

# Replaces a file in one step, and only if it is another one.
put() { # path, text on standard input
  cat >"$1.new"
  if cmp -s "$1.new" "$1"; then rm -f "$1.new"; else mv -f "$1.new" "$1"; fi
}

# Seconds that the host's clock is ahead of UTC.
utc_offset() { date +%z | sed -E 's/^([+-])(..)(..)$/\1(10#\2*3600+10#\3*60)/' | { read -r sum; printf %s $((sum)); }; }

look_at() { # user storage: runs `as` in that user's name
  local user=$1 storage=$2 log
  # podman makes the storage of a user who has none
  if [[ -d $storage ]]; then
    printf 'containers %s\n' "$user"
    "${as[@]}" timeout 20 podman ps --all --no-trunc --format "$containers" || printf 'failed\n'
    for log in "$storage"/overlay-containers/*/userdata/ctr.log; do [[ ! -f $log ]] || printf 'ctrlog\t%s\n' "$log"; done
  fi
  [[ $user != root ]] || return 0
  printf 'units %s\n' "$user"
  "${as[@]}" timeout 20 systemctl --user show --property=Id,ActiveState,NRestarts '*.service' '*.timer' || printf 'failed\n'
}

look() {
  local name uid gid home socket
  as=(env)
  look_at root /var/lib/containers/storage
  for socket in /run/user/*/systemd/private; do
    [[ -S $socket ]] || continue
    uid=${socket#/run/user/} uid=${uid%%/*}
    IFS=: read -r name _ uid gid _ home _ < <(getent passwd "$uid") || continue
    as=(setpriv --reuid="$uid" --regid="$gid" --init-groups env -i "PATH=$PATH" "HOME=$home" "USER=$name"
      "XDG_RUNTIME_DIR=/run/user/$uid" "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$uid/bus")
    look_at "$name" "$home/.local/share/containers/storage"
  done
}

# Everybody who may have lines in the journal, under a uid.
users() {
  local name
  {
    awk -F: '$3 >= 1000 && $1 != "nobody" { print $3 "\t" $1 }' /etc/passwd
    for name in /var/lib/systemd/linger/*; do getent passwd "${name##*/}"; done | awk -F: '{ print $3 "\t" $1 }'
    for name in /run/user/*; do getent passwd "${name##*/}"; done | awk -F: '$3 > 0 { print $3 "\t" $1 }'
  } | sort -n -u
}

seen=$(look)
metrics=$(
  awk -f "$programs/containers.awk" <<<"$seen"
  awk -f "$programs/units.awk" <<<"$seen"
  if command -v zpool >/dev/null; then
    zpool list -Hp -o name,size,alloc,free,frag,health,readonly 2>/dev/null | awk -f "$programs/zpool-list.awk"
    zpool status -p 2>/dev/null | awk -v offset="$(utc_offset)" -f "$programs/zpool-status.awk"
  fi
  printf '# HELP watchpost_collector_errors Looks at a user that failed in the last run.\n# TYPE watchpost_collector_errors gauge\n'
  awk '/^(containers|units) / { user = $2; errors[user] += 0 } /^failed$/ { errors[user]++ }
    END { for (user in errors) printf "watchpost_collector_errors{user=\"%s\"} %d\n", user, errors[user] }' <<<"$seen"
  printf '# HELP watchpost_collector_duration_seconds How long the last run took.\n# TYPE watchpost_collector_duration_seconds gauge\n'
  printf 'watchpost_collector_duration_seconds %s\n' "$(awk -v us=$((${EPOCHREALTIME/./} - started)) 'BEGIN { print us / 1e6 }')"
  printf '# HELP watchpost_collector_last_run_timestamp_seconds When the last run ended.\n# TYPE watchpost_collector_last_run_timestamp_seconds gauge\n'
  printf 'watchpost_collector_last_run_timestamp_seconds %s\n' "$EPOCHSECONDS"
)
put "$folder/metrics/watchpost.prom" <<<"$metrics"
{ users | sed 's/^/user\t/'; awk -f "$programs/names.awk" <<<"$seen" | sort -u; } | awk -f "$programs/names-module.awk" | put "$folder/names.alloy"
awk -f "$programs/ctr-logs.awk" <<<"$seen" | put "$folder/ctr-logs.json"

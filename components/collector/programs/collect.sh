#!/bin/sh
# Reads what each user's look has to say, bounded in time and in bytes, and leaves what it saw for Alloy in the state folder:
# metrics/watchpost.prom, names.alloy; and names, for components/cgroups. It has no right beyond reading the looks' pipes, which are in the runtime folder.
# What it sees goes through `rows`, a line each: kind, user, and the rest, with tabs between.
set -eu
export LC_ALL=C
cd /
folder=${STATE_DIRECTORY:?}
looks=${RUNTIME_DIRECTORY:?}
programs=${0%/*}
new=$folder/new
tab=$(printf '\t')

# A look waits for its reader: as many run at once as are read at once.
read_looks() {
  rm -rf "$new/looks"
  mkdir -p "$new/looks"
  (cd "$looks" && find . -type p) | cut -c 3- |
    xargs -n 1 -P 8 sh -c 'exec timeout 30 head -c 2097152 "$0/$2" >"$1/$2"' "$looks" "$new/looks" || :
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
read_looks
accounts >"$new/accounts"
# a byte that is no text makes a file of metrics one that cannot be read
(cd "$new/looks" && find . -type f | sort | xargs awk -f "$programs/join.awk" "$new/accounts") >"$new/seen"
tr '\000-\010\013-\037\177' '[?*]' <"$new/seen" | awk -f "$programs/text.awk" >"$new/rows"
metrics >"$new/watchpost.prom"
awk -f "$programs/known.awk" before=1 "$folder/rows" before= "$new/rows" >"$new/known"
awk -f "$programs/names.awk" "$new/known" >"$new/cgroups"
{ grep "^user$tab" "$new/rows" || :; sort -u "$new/cgroups"; } >"$new/names"
awk -f "$programs/names-module.awk" "$new/names" >"$new/names.alloy"
awk -F '\t' '$1 == "ctr-logs" { print $3 }' "$new/rows" >"$new/ctr-log-users"
put watchpost.prom "$folder/metrics/watchpost.prom"
put names.alloy "$folder/names.alloy"
put ctr-log-users "$folder/ctr-log-users"
put names "$folder/names"
put known "$folder/rows"
# of older versions
rm -f "$folder/ctr-logs.json"

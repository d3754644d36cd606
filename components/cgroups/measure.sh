#!/bin/sh
# Measures the control groups of all units and containers every so often, for the textfile collector:
#   measure.sh SECONDS FOLDER   FOLDER: the collector's
# Needs no right: whatever is read is everybody's to read. A user's own tree is read in bounds of time and of lines.
set -u
export LC_ALL=C
cd /sys/fs/cgroup || exit 1
programs=${0%/*} interval=$1 folder=$2
lines=5000
# containers in containers have units at half of that; without it a line may be as long as a user likes
depth=20

list() { timeout 5 find "$1" -maxdepth "$depth" -type d 2>/dev/null | head -n "$lines"; }

lists() {
  for slice in system.slice machine.slice user.slice/user-*.slice; do
    [ ! -d "$slice" ] || list "$slice"
  done
}

while :; do
  names=$folder/names
  [ -f "$names" ] || names=/dev/null
  mkdir -p "$folder/metrics"
  # what ends this unit ends the measurement in the middle of it: a file that is there is whole
  lists | awk -v lines="$lines" -f "$programs/read.awk" "$names" - >"$folder/metrics/.cgroups.new" &&
    mv -f "$folder/metrics/.cgroups.new" "$folder/metrics/cgroups.prom"
  sleep "$interval"
done

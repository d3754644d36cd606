#!/bin/sh
# Has journald start all its files anew before one of them is full: alone, that one would lose lines. Whoever reads the
# journal while it is behind has read later lines of the other files by the time it finds the new one, and libsystemd's
# readers never go back. Arguments: the size in bytes, and how full the hash table may be in percent.
set -eu
export LC_ALL=C
read -r machine </etc/machine-id
for file in "/var/log/journal/$machine"/*.journal; do
  # those with an @ are archived
  case ${file##*/} in *@*) continue ;; esac
  [ -f "$file" ] || continue
  fill=$(journalctl --header --file="$file" | sed -n 's/^Data hash table fill: \([0-9]*\).*/\1/p')
  if [ "$(stat -c %s "$file")" -ge "$1" ] || [ "${fill:-0}" -ge "$2" ]; then exec journalctl --rotate; fi
done

#!/bin/sh
# Has journald start all its files anew before one of them is full: alone, that one would lose lines. Whoever reads the
# journal while it is behind has read later lines of the other files by the time it finds the new one, and libsystemd's
# readers never go back. Argument: the size in bytes beyond which a file makes all of them start anew.
set -eu
read -r machine </etc/machine-id
# those with an @ are archived
large=$(find "/var/log/journal/$machine" -maxdepth 1 -name '*.journal' ! -name '*@*' -size "+${1}c")
[ -z "$large" ] || exec journalctl --rotate

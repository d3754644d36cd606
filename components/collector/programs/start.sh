#!/bin/sh
# Starts what runs with the users' own rights: `start.sh looks`, a look at each who has a manager; `start.sh readers`, a reader
# of ctr.log for each of whom the last look found one. It has root's rights, so it goes by what systemd says of units alone and
# opens nothing that is a user's.
set -eu
export LC_ALL=C
managers=$(systemctl list-units --type=service --state=active --plain --no-legend 'user@*.service' |
  sed -n 's/^user@\([1-9][0-9]*\)\.service .*/\1/p' | tr '\n' ' ')

# Whatever empties the ruleset, such as a reload of a firewall, takes the table of components/access too.
access() {
  ! systemctl is-active --quiet watchpost-access.service || nft list table inet watchpost >/dev/null 2>&1 ||
    systemctl --no-block reload watchpost-access.service
}

looks() {
  cd "${RUNTIME_DIRECTORY:?}"
  for uid in *; do
    case " 0 $managers" in *" $uid "*) ;; *) rm -f "./$uid" ;; esac
  done
  units=watchpost-look-root.service
  for uid in 0 $managers; do
    # a look waits at its pipe until the collector reads it
    [ -p "$uid" ] || mkfifo -m 600 "$uid"
    [ "$uid" = 0 ] || units="$units watchpost-look@$uid.service"
  done
  # shellcheck disable=SC2086 # a list
  systemctl start --no-block $units
}

readers() {
  units=
  while read -r uid; do
    case " $managers" in *" $uid "*) units="$units watchpost-ctr-log@$uid.service" ;; esac
    [ "$uid" != 0 ] || units="$units watchpost-ctr-log-root.service"
  done <"${STATE_DIRECTORY:?}/ctr-log-users"
  # shellcheck disable=SC2086 # a list
  [ -z "$units" ] || systemctl start --no-block $units
}

[ "$1" != looks ] || access
"$1"

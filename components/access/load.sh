#!/bin/sh
# Loads the table of nftables by which only some users reach the ports of Watchpost on this host's loopback, or takes it away:
#   load.sh load LIST      LIST: a line for each port: port, who has it, and who else may connect; users by name or id
#   load.sh unload
# A connection's first packet is refused unless its sender's user may connect; the answer to it is dropped unless its sender is
# who has the port: nobody sends anything to a process that took the port while its owner was away.
set -eu
table='inet watchpost'

# One that is not there is nobody.
id_of() {
  case $1 in
    *[!0-9]*) id -u -- "$1" 2>/dev/null || echo "there is no user $1" >&2 ;;
    *) echo "$1" ;;
  esac
}

rules() { # list
  echo "table $table"
  echo "delete table $table"
  echo "table $table {"
  echo 'chain output { type filter hook output priority raw; policy accept;'
  while read -r port owner users; do
    owner=$(id_of "$owner")
    ids=0
    for id in $owner $(for user in $users; do id_of "$user"; done); do ids="$ids, $id"; done
    lo='oifname "lo" tcp'
    echo "$lo dport $port tcp flags & (syn | ack) == syn meta skuid != { $ids } limit rate 6/minute log prefix \"watchpost refused: \" flags skuid"
    echo "$lo dport $port tcp flags & (syn | ack) == syn meta skuid != { $ids } reject with tcp reset"
    echo "$lo sport $port tcp flags & (syn | ack) == (syn | ack) ${owner:+meta skuid != $owner} drop"
  done <"$1"
  echo '}'
  echo '}'
}

case $1 in
  load) rules "$2" | nft -f - ;;
  # what is not there can only be taken away after it is made
  unload) printf 'table %s\ndelete table %s\n' "$table" "$table" | nft -f - ;;
esac

# Proves the stack as a user of it would: a line of the journal and a line of a container come back from Loki under
# their labels, and every target is up. Variables: host user image loki prometheus jobs total seconds; http_get from http.sh
set -uo pipefail
export LC_ALL=C
cd /

encode() { local i c; for ((i = 0; i < ${#1}; i++)); do c=${1:i:1}; case $c in [a-zA-Z0-9._-]) printf %s "$c" ;; *) printf '%%%02X' "'$c" ;; esac; done; }
milliseconds() { printf %s $(($(date +%s%N) / 1000000)); }

# Waits for a line that holds a token under labels, and prints the milliseconds since its writing began.
await_line() { # since token labels
  local path
  path="/loki/api/v1/query_range?limit=1&since=1h&query=$(encode "{$3} |= \"$2\"")"
  while (($(milliseconds) - $1 < seconds * 1000)); do
    if http_get "$loki" "$path" 2>/dev/null | grep -q "$2"; then printf %s $(($(milliseconds) - $1)); return; fi
    sleep 0.05
  done
  printf null
}

run_as() {
  if [[ -z $user ]]; then "$@"; return; fi
  local uid
  uid=$(id -u "$user")
  setpriv --reuid="$uid" --regid="$(id -g "$user")" --init-groups env -i PATH="$PATH" HOME="$(getent passwd "$user" | cut -d: -f6)" \
    XDG_RUNTIME_DIR="/run/user/$uid" DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$uid/bus" "$@"
}

token=canary_$(date +%s%N)
since=$(milliseconds)
systemd-run --quiet --wait --unit=watchpost-canary echo "${token}_journal"
journal=$(await_line "$since" "${token}_journal" "host=\"$host\",unit=\"watchpost-canary.service\"")

# promtool's formatter prints back what it is given: a container that says one line, out of an image that is there
since=$(milliseconds)
run_as podman run --rm --name watchpost-canary --network=none --log-driver=journald --entrypoint=/bin/promtool "$image" \
  --experimental promql format "${token}_container" >/dev/null 2>&1
container=$(await_line "$since" "${token}_container" "host=\"$host\",container=\"watchpost-canary\"${user:+,user=\"$user\"}")

up=0
for ((i = 0; i < seconds * 4 && up < total; i++)); do
  ((i == 0)) || sleep 0.25
  up=$(http_get "$prometheus" "/api/v1/query?query=$(encode "count(up{host=\"$host\",job=~\"$jobs\"} == 1)")" 2>/dev/null | sed -n 's/.*"value":\[[^,]*,"\([0-9]*\)"\].*/\1/p')
  up=${up:-0}
done
down=$(http_get "$prometheus" "/api/v1/query?query=$(encode "up{host=\"$host\",job=~\"$jobs\"} == 0")" 2>/dev/null | grep -o '"job":"[^"]*"' | cut -d'"' -f4 | sort -u | tr '\n' ' ')

printf '{"journalMs":%s,"containerMs":%s,"up":%s,"total":%s}\n' "$journal" "$container" "$up" "$total"
[[ $journal != null ]] || echo "the journal line did not come back from Loki within $seconds s: journalctl -u watchpost-alloy on the host tells why" >&2
[[ $container != null ]] || echo "the container's line did not come back from Loki within $seconds s under container=watchpost-canary" >&2
((up >= total)) || echo "$up of $total scrape targets are up; down: ${down:-none seen yet}" >&2
[[ $journal != null && $container != null ]] && ((up >= total))

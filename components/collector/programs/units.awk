# Units of user managers as metrics: what node_exporter's systemd collector shows of the system's manager alone.
# A row: kind, user, a line of `systemctl show`; an empty line ends a unit
BEGIN { FS = "\t" }
function escape(text) { gsub(/[\\"]/, "\\\\&", text); return text }
function label(user, unit) { return sprintf("user=\"%s\",unit=\"%s\"", escape(user), escape(unit)) }
# podman's health checks are transient units with a container's id for a name; systemd-run's are named by a number
function transient(unit) {
  return length(unit) > 64 && substr(unit, 1, 64) !~ /[^0-9a-f]/ || unit ~ /^run-(u[0-9]+|r[0-9a-f]+|p[0-9]+-i[0-9]+)\.(service|timer)$/
}
function flush() {
  # a unit that another one only speaks of is not-found
  if (id != "" && load == "loaded" && state ~ /^[a-z]+$/ && !transient(id) && !((user, id) in seen)) {
    seen[user, id] = 1
    states = states sprintf("systemd_user_unit_state{%s,state=\"%s\"} 1\n", label(user, id), state)
    if (id ~ /\.service$/ && count ~ /^[0-9]+$/) restarts = restarts sprintf("systemd_user_service_restarts_total{%s} %s\n", label(user, id), count)
  }
  id = load = state = count = ""
}

$1 != "units" || $2 != user || $3 == "" { flush(); user = $2 }
$1 != "units" { next }
$3 ~ /^Id=/ { id = substr($3, 4) }
$3 ~ /^LoadState=/ { load = substr($3, 11) }
$3 ~ /^ActiveState=/ { state = substr($3, 13) }
$3 ~ /^NRestarts=/ { count = substr($3, 11) }

END {
  flush()
  if (states != "") printf "# HELP systemd_user_unit_state The state a user's unit is in.\n# TYPE systemd_user_unit_state gauge\n%s", states
  if (restarts != "") printf "# HELP systemd_user_service_restarts_total How often its manager has restarted a user's service.\n# TYPE systemd_user_service_restarts_total counter\n%s", restarts
}

# Units of user managers as metrics: what node_exporter's systemd collector shows of the system's manager alone.
function escape(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return text }
function flush() {
  # podman's health checks are transient units with a container's id for a name
  if (id != "" && !(length(id) > 64 && substr(id, 1, 64) ~ /^[0-9a-f]+$/)) {
    states = states sprintf("systemd_user_unit_state{user=\"%s\",unit=\"%s\",state=\"%s\"} 1\n", escape(user), escape(id), state)
    if (id ~ /\.service$/) restarts = restarts sprintf("systemd_user_service_restarts_total{user=\"%s\",unit=\"%s\"} %d\n", escape(user), escape(id), count)
  }
  id = state = ""; count = 0
}

/^units / { flush(); user = $2; inside = 1; next }
/^containers / { flush(); inside = 0 }
!inside { next }
/^$/ { flush() }
/^Id=/ { id = substr($0, 4) }
/^ActiveState=/ { state = substr($0, 13) }
/^NRestarts=/ { count = substr($0, 11) }

END {
  flush()
  if (states == "") exit
  printf "# HELP systemd_user_unit_state The state a user's unit is in.\n# TYPE systemd_user_unit_state gauge\n%s", states
  printf "# HELP systemd_user_service_restarts_total How often its manager has restarted a user's service.\n# TYPE systemd_user_service_restarts_total counter\n%s", restarts
}

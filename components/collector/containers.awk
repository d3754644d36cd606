# Containers as metrics. Names and codes: containers/prometheus-podman-exporter 1.21, collector/container.go
BEGIN {
  FS = "\t"
  split("created initialized running stopped paused exited removing stopping", names, " ")
  for (i in names) codes[names[i]] = i - 1
  help["info"] = "Container information."
  help["state"] = "Container current state (-1=unknown,0=created,1=initialized,2=running,3=stopped,4=paused,5=exited,6=removing,7=stopping)."
  help["health"] = "Container current health (-1=unknown,0=healthy,1=unhealthy,2=starting)."
  help["exit_code"] = "Container exit code, if the container has not exited or restarted then the exit code will be 0."
  help["started_seconds"] = "Container started unixtime in seconds."
  help["exited_seconds"] = "Container exited unixtime in seconds."
  help["restarts_total"] = "How often podman has restarted the container; a unit's restarts are its systemd's."
  type["restarts_total"] = "counter"
}

function escape(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return text }
function add(name, more, value) { lines[name] = lines[name] sprintf("podman_container_%s{%s%s} %s\n", name, labels, more, value) }

/^containers / { split($0, words, " "); user = words[2]; inside = 1; next }
/^units / { inside = 0 }
inside && NF >= 12 && $9 != "true" {
  labels = sprintf("user=\"%s\",container=\"%s\",unit=\"%s\"", escape(user), escape($2), escape($12))
  add("info", sprintf(",id=\"%s\",image=\"%s\",pod_name=\"%s\"", substr($1, 1, 12), escape($11), escape($10)), 1)
  add("state", "", $3 in codes ? codes[$3] : -1)
  add("health", "", $4 ~ /\(healthy\)/ ? 0 : $4 ~ /\(unhealthy\)/ ? 1 : $4 ~ /\(starting\)/ ? 2 : -1)
  add("exit_code", "", $5)
  # Go's zero time is long before 1970
  if ($6 > 0) add("started_seconds", "", $6)
  if ($7 > 0) add("exited_seconds", "", $7)
  add("restarts_total", "", $8)
}

END {
  for (name in lines)
    printf "# HELP podman_container_%s %s\n# TYPE podman_container_%s %s\n%s", name, help[name], name, name in type ? type[name] : "gauge", lines[name]
}

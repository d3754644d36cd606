# Containers as metrics. Names and codes: containers/prometheus-podman-exporter 1.21, collector/container.go
# A row: kind, user, id, name, state, status, exit code, started, exited, restarts, is infra, pod, image, unit
BEGIN {
  FS = "\t"
  split("created initialized running stopped paused exited removing stopping", states, " ")
  for (i in states) codes[states[i]] = i - 1
  count = split("info state health exit_code started_seconds exited_seconds restarts_total", names, " ")
  help["info"] = "Container information."
  help["state"] = "Container current state (-1=unknown,0=created,1=initialized,2=running,3=stopped,4=paused,5=exited,6=removing,7=stopping)."
  help["health"] = "Container current health (-1=unknown,0=healthy,1=unhealthy,2=starting)."
  help["exit_code"] = "Container exit code, if the container has not exited or restarted then the exit code will be 0."
  help["started_seconds"] = "Container started unixtime in seconds."
  help["exited_seconds"] = "Container exited unixtime in seconds."
  help["restarts_total"] = "How often podman has restarted the container; a unit's restarts are its systemd's."
}

function escape(text) { gsub(/[\\"]/, "\\\\&", text); return text }
function add(name, more, value) { lines[name] = lines[name] sprintf("podman_container_%s{%s%s} %s\n", name, labels, more, value) }
function number(name, value) { if (value ~ /^-?[0-9]+$/) add(name, "", value) }

# what a user's podman says may be made up: one container of a name, and numbers that are some
$1 == "containers" && NF == 14 && $11 != "true" && $4 != "" && !(($2, $4) in seen) {
  seen[$2, $4] = 1
  labels = sprintf("user=\"%s\",container=\"%s\",unit=\"%s\"", escape($2), escape($4), escape($14))
  add("info", sprintf(",id=\"%s\",image=\"%s\",pod_name=\"%s\"", escape(substr($3, 1, 12)), escape($13), escape($12)), 1)
  add("state", "", $5 in codes ? codes[$5] : -1)
  add("health", "", $6 ~ /\(healthy\)/ ? 0 : $6 ~ /\(unhealthy\)/ ? 1 : $6 ~ /\(starting\)/ ? 2 : -1)
  number("exit_code", $7)
  # Go's zero time is long before 1970
  if ($8 > 0) number("started_seconds", $8)
  if ($9 > 0) number("exited_seconds", $9)
  number("restarts_total", $10)
}

END {
  for (i = 1; i <= count; i++) {
    name = names[i]
    if (name in lines)
      printf "# HELP podman_container_%s %s\n# TYPE podman_container_%s %s\n%s", name, help[name], name, name ~ /_total$/ ? "counter" : "gauge", lines[name]
  }
}

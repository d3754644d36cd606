# How the looks themselves went. `started` is the host's uptime at the start, that of now is in the last file.
BEGIN { FS = "\t" }
function escape(text) { gsub(/[\\"]/, "\\\\&", text); return text }
FILENAME == "/proc/uptime" { split($1, uptime, " "); next }
$1 == "looked" {
  if (!(($2, $3) in errors)) order[++count] = $2 SUBSEP $3
  errors[$2, $3] += $4
}
$1 == "excess" { excess = excess sprintf("watchpost_collector_excess{user=\"%s\",what=\"%s\"} %s\n", escape($2), $3, $4) }
$1 == "left-out" { left_out = left_out sprintf("watchpost_ctr_log_excess_total{user=\"%s\",what=\"%s\"} %s\n", escape($2), $3, $4) }
END {
  print "# HELP watchpost_collector_errors Looks by a tool in a user's name that failed in the last run."
  print "# TYPE watchpost_collector_errors gauge"
  for (i = 1; i <= count; i++) {
    split(order[i], parts, SUBSEP)
    printf "watchpost_collector_errors{user=\"%s\",tool=\"%s\"} %d\n", escape(parts[1]), parts[2], errors[order[i]]
  }
  print "# HELP watchpost_collector_excess What a user has beyond a user's budget: it was left out of the last run."
  print "# TYPE watchpost_collector_excess gauge"
  printf "%s", excess
  print "# HELP watchpost_ctr_log_excess_total What the reader of a user's ctr.log files left out or had late, since it started."
  print "# TYPE watchpost_ctr_log_excess_total counter"
  printf "%s", left_out
  print "# HELP watchpost_collector_duration_seconds How long the last run took."
  print "# TYPE watchpost_collector_duration_seconds gauge"
  printf "watchpost_collector_duration_seconds %.2f\n", uptime[1] - started
  print "# HELP watchpost_collector_last_run_timestamp_seconds When the last run ended."
  print "# TYPE watchpost_collector_last_run_timestamp_seconds gauge"
  printf "watchpost_collector_last_run_timestamp_seconds %s\n", now
}

# How the looks themselves went. `started` is the host's uptime at the start, that of now is in the last file.
BEGIN { FS = "\t" }
function escape(text) { gsub(/[\\"]/, "\\\\&", text); return text }
FILENAME == "/proc/uptime" { split($1, uptime, " "); next }
$1 == "looked" {
  if (!(($2, $3) in errors)) order[++count] = $2 SUBSEP $3
  errors[$2, $3] += $4
}
END {
  print "# HELP watchpost_collector_errors Looks by a tool in a user's name that failed in the last run."
  print "# TYPE watchpost_collector_errors gauge"
  for (i = 1; i <= count; i++) {
    split(order[i], parts, SUBSEP)
    printf "watchpost_collector_errors{user=\"%s\",tool=\"%s\"} %d\n", escape(parts[1]), parts[2], errors[order[i]]
  }
  print "# HELP watchpost_collector_duration_seconds How long the last run took."
  print "# TYPE watchpost_collector_duration_seconds gauge"
  printf "watchpost_collector_duration_seconds %.2f\n", uptime[1] - started
  print "# HELP watchpost_collector_last_run_timestamp_seconds When the last run ended."
  print "# TYPE watchpost_collector_last_run_timestamp_seconds gauge"
  printf "watchpost_collector_last_run_timestamp_seconds %s\n", now
}

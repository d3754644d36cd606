# `zpool status -p` as metrics: vdevs, their errors, the last scrub. Source of the forms: zpool-status(8), print_scan_status()
BEGIN {
  split("ONLINE DEGRADED FAULTED OFFLINE UNAVAIL REMOVED SUSPENDED", names, " ")
  for (i in names) codes[names[i]] = i - 1
  split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", month_names, " ")
  for (i in month_names) months[month_names[i]] = i
  split("K M G T P E", unit_names, " ")
  for (i in unit_names) units[unit_names[i]] = 1024 ^ i
}
function metric(name, kind, help) { kinds[name] = kind; helps[name] = help }
function add(name, labels, value) { lines[name] = lines[name] sprintf("zfs_%s{pool=\"%s\"%s} %s\n", name, pool, labels, value) }

# days since 1970 of a date in the Gregorian calendar; mawk has no mktime
function days(year, month, day) {
  if (month <= 2) { year--; month += 12 }
  return 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * (month - 3) + 2) / 5) + day - 719469
}
# "Sun Oct 11 00:24:02 2026", in the host's own zone, whose offset comes as seconds
function timestamp(month, day, clock, year,   parts) {
  split(clock, parts, ":")
  return days(year, months[month], day) * 86400 + parts[1] * 3600 + parts[2] * 60 + parts[3] - offset
}
# -p gives bytes from OpenZFS 2.? on, before it 1.5M
function bytes(text,   unit) {
  sub(/B$/, "", text)
  unit = substr(text, length(text))
  return unit in units ? sprintf("%.0f", substr(text, 1, length(text) - 1) * units[unit]) : text + 0
}

$1 == "pool:" { pool = $2; config = 0; next }
$1 == "scan:" || $1 == "scrub:" {
  running = $0 ~ /scrub in progress/
  add("pool_scrub_in_progress", "", running ? 1 : 0)
  if ($0 ~ /scrub repaired/) {
    for (i = 1; i <= NF; i++) {
      if ($i == "repaired") add("pool_scrub_repaired_bytes", "", bytes($(i + 1)))
      if ($i == "errors") add("pool_scrub_errors", "", $(i - 1))
      if ($i == "on") add("pool_scrub_end_timestamp_seconds", "", timestamp($(i + 2), $(i + 3), $(i + 4), $(i + 5)))
    }
  }
  next
}
$1 == "errors:" {
  config = 0
  if ($0 ~ /No known data errors/) add("pool_data_errors", "", 0)
  else if ($2 ~ /^[0-9]+$/) add("pool_data_errors", "", $2)
  # "Permanent errors have been detected": the files follow, one a line
  else { add_files = pool; files[pool] = 0 }
  next
}
add_files != "" && /^[[:space:]]+[^[:space:]]/ && $1 !~ /:$/ { files[add_files]++; next }
$1 == "NAME" && $2 == "STATE" { config = 1; next }
config && ($2 in codes) && $3 ~ /^[0-9]/ {
  vdev = $1
  gsub(/\\/, "\\\\", vdev); gsub(/"/, "\\\"", vdev)
  labels = sprintf(",vdev=\"%s\"", vdev)
  add("vdev_state", labels, codes[$2])
  add("vdev_errors_total", labels ",type=\"read\"", bytes($3))
  add("vdev_errors_total", labels ",type=\"write\"", bytes($4))
  add("vdev_errors_total", labels ",type=\"checksum\"", bytes($5))
}

END {
  metric("pool_scrub_in_progress", "gauge", "Whether a scrub is running.")
  metric("pool_scrub_repaired_bytes", "gauge", "What the last scrub repaired.")
  metric("pool_scrub_errors", "gauge", "Errors that the last scrub could not repair.")
  metric("pool_scrub_end_timestamp_seconds", "gauge", "When the last scrub ended.")
  metric("pool_data_errors", "gauge", "Permanent errors in data, as files or objects.")
  metric("vdev_state", "gauge", "0 online, 1 degraded, 2 faulted, 3 offline, 4 unavail, 5 removed, 6 suspended.")
  metric("vdev_errors_total", "counter", "Errors of a vdev since the last zpool clear.")
  for (pool in files) add("pool_data_errors", "", files[pool])
  for (name in lines) printf "# HELP zfs_%s %s\n# TYPE zfs_%s %s\n%s", name, helps[name], name, kinds[name], lines[name]
}

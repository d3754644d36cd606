# `TZ=UTC0 zpool status -p` as metrics: vdevs, their errors, the last scrub. Forms: cmd/zpool/zpool_main.c of OpenZFS 0.8 to 2.4,
# print_scan_status() and print_status_config(). `before` is set for the file of metrics of the run before this one.
BEGIN {
  split("ONLINE DEGRADED FAULTED OFFLINE UNAVAIL REMOVED SUSPENDED", states, " ")
  for (i in states) codes[states[i]] = i - 1
  # a spare that is whole, waiting or at work
  codes["AVAIL"] = codes["INUSE"] = 0
  # an index of `in` is a text, and would be compared as one
  for (i = split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names, " "); i > 0; i--) months[names[i]] = i
  for (i = split("K M G T P E", names, " "); i > 0; i--) powers[names[i]] = i
}
function metric(name, kind, help) {
  if (name in lines) printf "# HELP zfs_%s %s\n# TYPE zfs_%s %s\n%s", name, help, name, kind, lines[name]
}
function add(name, labels, value) { lines[name] = lines[name] sprintf("zfs_%s{pool=\"%s\"%s} %s\n", name, pool, labels, value) }
function escape(text) { gsub(/[\\"]/, "\\\\&", text); return text }

# days since 1970 of a date in the Gregorian calendar; mawk has no mktime
function days(year, month, day) {
  if (month <= 2) { year--; month += 12 }
  return 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * (month - 3) + 2) / 5) + day - 719469
}
# "Sun Oct 11 00:24:02 2026" in UTC; awks differ in how they print what is more than 31 bits
function timestamp(month, day, clock, year,   parts) {
  split(clock, parts, ":")
  return sprintf("%.0f", days(year, months[month], day) * 86400 + parts[1] * 3600 + parts[2] * 60 + parts[3])
}
# the scan's are never exact: 204K
function bytes(text,   unit, i, value) {
  sub(/B$/, "", text)
  unit = substr(text, length(text))
  value = text + 0
  # some awks are built without a power operator
  for (i = unit in powers ? powers[unit] : 0; i > 0; i--) value *= 1024
  return sprintf("%.0f", value)
}

before {
  if (match($0, /^zfs_pool_scrub_[a-z_]+\{pool="/)) {
    name = substr($0, 5, RLENGTH - 11)
    pool = substr($0, RLENGTH + 1)
    sub(/"\} [^ ]*$/, "", pool)
    old[name, pool] = $NF
  }
  next
}
/^ *pool: / { pool = $0; sub(/^ *pool: /, "", pool); pool = escape(pool); pools[++count] = pool; config = 0; next }
/^ *scan: none requested/ { never[pool] = 1 }
/^ *scan: (thorough )?scrub in progress/ { running[pool] = 1 }
# the end of a resilver, or of a scrub that was cancelled, is none
/^ *scan: (thorough )?scrub repaired/ {
  for (i = 1; i <= NF; i++) {
    if ($i == "repaired") scrub["pool_scrub_repaired_bytes", pool] = bytes($(i + 1))
    if ($i == "errors") scrub["pool_scrub_errors", pool] = $(i - 1)
    if ($i == "on" && $(i + 2) in months && $(i + 5) > 0) scrub["pool_scrub_end_timestamp_seconds", pool] = timestamp($(i + 2), $(i + 3), $(i + 4), $(i + 5))
  }
}
/^errors: / { config = 0 }
# otherwise the list is unavailable, and the number follows
/^errors: No known data errors/ { data[pool] = 0 }
/^errors: [0-9]+ data errors/ { data[pool] = $2 }
/^\tNAME +STATE / { config = 1; next }
config && /^\t/ {
  text = substr($0, 2)
  match(text, /^ */)
  depth = RLENGTH
  text = substr(text, depth + 1)
  # a heading, as of the cache devices, has no state
  if (!match(text, /  +(ONLINE|DEGRADED|FAULTED|OFFLINE|UNAVAIL|REMOVED|SUSPENDED|AVAIL|INUSE)( |$)/)) {
    sub(/[ \t]+$/, "", text)
    above[depth] = text
    next
  }
  vdev = above[depth] = substr(text, 1, RSTART - 1)
  parent = depth ? above[depth - 2] : ""
  # two devices may go by one name
  if (same[pool, parent, vdev]++) vdev = vdev "#" same[pool, parent, vdev]
  labels = sprintf(",vdev=\"%s\",parent=\"%s\"", escape(vdev), escape(parent))
  fields = split(substr(text, RSTART), values, " ")
  add("vdev_state", labels, codes[values[1]])
  if (fields < 4 || values[2] values[3] values[4] !~ /^[0-9.KMGTPE]+$/) next
  add("vdev_errors_total", labels ",type=\"read\"", bytes(values[2]))
  add("vdev_errors_total", labels ",type=\"write\"", bytes(values[3]))
  add("vdev_errors_total", labels ",type=\"checksum\"", bytes(values[4]))
}

function last_scrub(name) {
  if ((name, pool) in scrub) add(name, "", scrub[name, pool])
  # another scan has taken its place since
  else if ((name, pool) in old && !(pool in never)) add(name, "", old[name, pool])
}
END {
  for (i = 1; i <= count; i++) {
    pool = pools[i]
    add("pool_scrub_in_progress", "", pool in running ? 1 : 0)
    last_scrub("pool_scrub_end_timestamp_seconds")
    last_scrub("pool_scrub_errors")
    last_scrub("pool_scrub_repaired_bytes")
    if (pool in data) add("pool_data_errors", "", data[pool])
  }
  metric("pool_scrub_in_progress", "gauge", "Whether a scrub is running.")
  metric("pool_scrub_end_timestamp_seconds", "gauge", "When the last scrub ended.")
  metric("pool_scrub_errors", "gauge", "Errors that the last scrub could not repair.")
  metric("pool_scrub_repaired_bytes", "gauge", "What the last scrub repaired.")
  metric("pool_data_errors", "gauge", "Permanent errors in data, as files or objects.")
  metric("vdev_state", "gauge", "0 online, 1 degraded, 2 faulted, 3 offline, 4 unavail, 5 removed, 6 suspended.")
  metric("vdev_errors_total", "counter", "Errors of a vdev since the last zpool clear.")
}

# Metrics of the control groups of units and containers, by the names that cAdvisor has for them. Source: cgroup-v2.rst of the
# kernel, metrics/prometheus.go of cAdvisor.
#   read.awk names FILE -   FILE: what the collector knows of users and containers; then paths below `root`, one a line
# A user's control groups are the user's to make: what is beyond the budget is left out and counted.
BEGIN {
  FS = "\t"
  if (root == "") root = "/sys/fs/cgroup"
  if (most == "") most = 500
  user_of[0] = "root"
  define("container_cpu_usage_seconds_total", "counter", "CPU time of a unit.")
  define("container_cpu_cfs_periods_total", "counter", "Periods of a unit that has a quota of CPU time.")
  define("container_cpu_cfs_throttled_periods_total", "counter", "Periods in which its quota was used up.")
  define("container_memory_working_set_bytes", "gauge", "Memory of a unit without the pages of files that were not used of late.")
  define("container_memory_rss", "gauge", "Memory of a unit that is of no file.")
  define("container_memory_max_usage_bytes", "gauge", "The most memory that a unit had.")
  define("container_spec_memory_limit_bytes", "gauge", "Memory that a unit may have; 0 is no limit.")
  define("container_oom_events_total", "counter", "Processes of a unit that were killed for memory.")
  define("container_fs_reads_bytes_total", "counter", "Bytes that a unit read from disks.")
  define("container_fs_writes_bytes_total", "counter", "Bytes that a unit wrote to disks.")
  define("container_processes", "gauge", "Processes of a unit.")
}
function define(name, type, help) { order[++families] = name; head[name] = "# HELP " name " " help "\n# TYPE " name " " type "\n" }
function escape(text) { gsub(/[\\"]/, "\\\\&", text); return text }
function name_of(uid) { return uid in user_of ? user_of[uid] : "uid-" uid }
function budget(user) { return most * (user == "root" ? 3 : 1) }
function add(name, value) { body[name] = body[name] name "{" labels "} " value "\n" }

# A file's value by its first word on a line, or the whole first line for an empty word; empty where there is none.
function value_of(file, word,   line, found) {
  found = ""
  while ((getline line < file) > 0) {
    if (word == "") { found = line; break }
    if (index(line, word " ") == 1) { found = substr(line, length(word) + 2); break }
  }
  close(file)
  return found
}
# The sum of a key over all devices.
function io_of(file, key,   line, count, part, i, sum) {
  sum = ""
  while ((getline line < file) > 0) {
    count = split(line, part, " ")
    for (i = 2; i <= count; i++) if (index(part[i], key "=") == 1) sum += substr(part[i], length(key) + 2)
  }
  close(file)
  return sum
}
function lines_of(file,   line, count) {
  count = 0
  while ((getline line < file) > 0) count++
  close(file)
  return count
}

FILENAME == ARGV[1] && $1 == "user" { user_of[$2] = $3 }
FILENAME == ARGV[1] && $1 == "unit" { container_of[$2, $3] = $4 }
FILENAME == ARGV[1] && $1 == "scope" { container_of[$2, "libpod-" $3 ".scope"] = $4 }
FILENAME == ARGV[1] { next }
# a list that is as long as one may be was cut off
{
  slice = match($0, /^user\.slice\/user-[0-9]+\.slice/) ? substr($0, 1, RLENGTH) : substr($0, 1, index($0 "/", "/") - 1)
  listed[slice]++
}
# systemd gives no unit such a name
/[^A-Za-z0-9:_.\\@\/-]/ { next }
{
  count = split($0, part, "/")
  uid = 0
  first = 2
  if (part[1] == "user.slice") {
    uid = part[2]
    if (uid !~ /^user-[0-9]+\.slice$/) next
    gsub(/[^0-9]/, "", uid)
    if (part[3] != "user@" uid ".service") next
    first = 4
  } else if (part[1] != "system.slice" && part[1] != "machine.slice") next
  user = name_of(uid)
  # the outermost unit: what lies below is part of it
  path = part[1]
  for (i = 2; i <= count; i++) {
    path = path "/" part[i]
    if (i >= first && (part[i] ~ /\.service$/ || (length(part[i]) == 77 && part[i] ~ /^libpod-[0-9a-f]*\.scope$/))) break
  }
  if (i > count) next
  unit = part[i]
  # a health check's, by the id of its container, and a look of the collector's
  if (unit ~ /^watchpost-look/ || (length(unit) > 72 && substr(unit, 1, 64) !~ /[^0-9a-f]/)) next
  container = container_of[user, unit]
  if (unit ~ /\.scope$/) {
    if (container == "") next
    unit = "libpod.scope"
  }
  key = user SUBSEP unit SUBSEP container
  if (!(key in path_of)) {
    # known too, so that what lies below it is not counted as well
    path_of[key] = path
    if (++units[user] <= budget(user)) keys[++known] = key
  }
  if (path_of[key] == path) processes[key] += lines_of(root "/" $0 "/cgroup.procs")
}
END {
  for (k = 1; k <= known; k++) {
    key = keys[k]
    split(key, part, SUBSEP)
    labels = "user=\"" escape(part[1]) "\",unit=\"" escape(part[2]) "\",container=\"" escape(part[3]) "\""
    if (part[3] == "") sub(/,container=""$/, "", labels)
    folder = root "/" path_of[key] "/"
    usage = value_of(folder "cpu.stat", "usage_usec")
    # gone meanwhile
    if (usage == "") continue
    add("container_cpu_usage_seconds_total", sprintf("%.6f", usage / 1000000))
    if (value_of(folder "cpu.max", "") ~ /^[0-9]/) {
      add("container_cpu_cfs_periods_total", value_of(folder "cpu.stat", "nr_periods"))
      add("container_cpu_cfs_throttled_periods_total", value_of(folder "cpu.stat", "nr_throttled"))
    }
    current = value_of(folder "memory.current", "")
    if (current != "") {
      idle = value_of(folder "memory.stat", "inactive_file")
      add("container_memory_working_set_bytes", sprintf("%.0f", current + 0 > idle + 0 ? current - idle : 0))
      add("container_memory_rss", value_of(folder "memory.stat", "anon"))
      peak = value_of(folder "memory.peak", "")
      if (peak != "") add("container_memory_max_usage_bytes", peak)
      limit = value_of(folder "memory.max", "")
      add("container_spec_memory_limit_bytes", limit == "max" ? 0 : limit)
      add("container_oom_events_total", value_of(folder "memory.events", "oom_kill") + 0)
    }
    read = io_of(folder "io.stat", "rbytes")
    if (read != "") {
      add("container_fs_reads_bytes_total", sprintf("%.0f", read))
      add("container_fs_writes_bytes_total", sprintf("%.0f", io_of(folder "io.stat", "wbytes")))
    }
    add("container_processes", processes[key])
  }
  for (i = 1; i <= families; i++) if (order[i] in body) printf "%s%s", head[order[i]], body[order[i]]
  print "# HELP watchpost_cgroups_excess Control groups that a user has beyond a user's budget: they are not measured."
  print "# TYPE watchpost_cgroups_excess gauge"
  # nobody knows what else there is
  for (slice in listed) if (lines && listed[slice] >= lines) {
    uid = slice ~ /^user/ ? slice : 0
    gsub(/[^0-9]/, "", uid)
    over[name_of(uid)] = 1
  }
  for (user in units) if (units[user] > budget(user)) over[user] = units[user] - budget(user)
  for (user in over) printf "watchpost_cgroups_excess{user=\"%s\",what=\"cgroups\"} %d\n", escape(user), over[user]
}

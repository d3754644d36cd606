# The rows of all looks, each under its user's name: kind, user, and the rest. A look is a file named by the user's id, and says
# what its user wants it to: what is beyond the budget of a user, or nothing that a look says, is left out.
# The first file has the accounts, as passwd has them.
BEGIN {
  FS = "\t"
  most["containers"] = 250
  # five lines each of 2,000
  most["units"] = 10000
  most["zpool-list"] = most["zpool-status"] = 10000
  split("containers units", counted, " ")
  lines_each["containers"] = 1
  lines_each["units"] = 5
  split("podman systemctl zpool perl", tools, " ")
  for (i in tools) is_tool[tools[i]] = 1
  split("lines_not_of_conmon bytes_of_long_lines seconds_late", whats, " ")
  for (i in whats) is_left_out[whats[i]] = 1
  name[0] = "root"
}
# no name that podman, systemd or ZFS gives is
function is_long(   i) {
  for (i = 2; i <= NF; i++) if (length($i) > 1024) return 1
  return 0
}
function looked(tool, failed) { print "looked\t" user "\t" tool "\t" failed }
# what a look began and did not end, it did not do
function finish(   i, tool, kind, over) {
  if (user == "") return
  for (tool in begun) { looked(tool, 1); delete begun[tool] }
  for (i = 1; i in counted; i++) {
    kind = counted[i]
    over = long[kind] + 0
    if (count[kind] > most[kind]) over += count[kind] - most[kind]
    if (over > 0) printf "excess\t%s\t%s\t%d\n", user, kind, (over + lines_each[kind] - 1) / lines_each[kind]
  }
}
function start(file,   kind) {
  finish()
  uid = file
  sub(/.*\//, "", uid)
  user = uid in name ? name[uid] : ""
  started[file] = 1
  for (kind in count) delete count[kind]
  for (kind in long) delete long[kind]
}

FILENAME == ARGV[1] {
  split($0, account, ":")
  name[account[3]] = account[1]
  if (account[3] > 0) print "user\t" account[3] "\t" account[1]
  next
}
FNR == 1 { start(FILENAME) }
user == "" { next }
$1 in most && ($1 !~ /^zpool/ || uid == 0) {
  if (is_long()) long[$1]++
  else if (++count[$1] <= most[$1]) print $1 "\t" user substr($0, length($1) + 1)
}
$1 == "looking" && $2 in is_tool { begun[$2] = 1 }
$1 == "looked" && $2 in begun && $3 ~ /^[01]$/ { looked($2, $3); delete begun[$2] }
$1 == "ctr-logs" && $2 ~ /^[1-9][0-9]*$/ && !has_logs[uid]++ { print "ctr-logs\t" user "\t" uid }
$1 == "refused" && $2 ~ /^[1-9][0-9]*$/ && !told[uid, $1]++ { print "excess\t" user "\tctr_log_files\t" substr($2, 1, 15) }
$1 == "left-out" && $2 in is_left_out && $3 ~ /^[0-9]+$/ && !told[uid, $2]++ { print "left-out\t" user "\t" $2 "\t" substr($3, 1, 15) }
END {
  finish()
  for (i = 2; i < ARGC; i++) if (!(ARGV[i] in started)) {
    start(ARGV[i])
    # one that said nothing did not even begin
    if (user != "") looked(uid == 0 ? "podman" : "systemctl", 1)
  }
}

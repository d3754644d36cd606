# `zpool list -Hp -o name,size,alloc,free,frag,health,readonly` as metrics. Names and codes: pdf/zfs_exporter
BEGIN {
  FS = "\t"
  split("ONLINE DEGRADED FAULTED OFFLINE UNAVAIL REMOVED SUSPENDED", names, " ")
  for (i in names) codes[names[i]] = i - 1
}
function add(name, value) { if (value ~ /^[0-9.]+$/) lines[name] = lines[name] sprintf("zfs_pool_%s{pool=\"%s\"} %s\n", name, $1, value) }
NF >= 7 {
  add("size_bytes", $2)
  add("allocated_bytes", $3)
  add("free_bytes", $4)
  # a pool that is not there has - for all of it; older versions write a percent sign
  sub(/%$/, "", $5)
  if ($5 ~ /^[0-9]+$/) add("fragmentation_ratio", $5 / 100)
  add("health", $6 in codes ? codes[$6] : 4)
  add("readonly", $7 == "on" ? 1 : 0)
}
END { for (name in lines) printf "# HELP zfs_pool_%s From zpool list.\n# TYPE zfs_pool_%s gauge\n%s", name, name, lines[name] }

# `zpool list -Hp -o name,size,alloc,free,frag,health,readonly` as metrics. Names and codes: pdf/zfs_exporter
BEGIN {
  FS = "\t"
  split("ONLINE DEGRADED FAULTED OFFLINE UNAVAIL REMOVED SUSPENDED", states, " ")
  for (i in states) codes[states[i]] = i - 1
  count = split("size_bytes allocated_bytes free_bytes fragmentation_ratio health readonly", names, " ")
}
# a pool that is not there has - for most of it
function add(name, value) { if (value ~ /^[0-9.]+$/) lines[name] = lines[name] sprintf("zfs_pool_%s{pool=\"%s\"} %s\n", name, pool, value) }
NF == 7 && !($1 in seen) {
  seen[$1] = 1
  pool = $1
  gsub(/[\\"]/, "\\\\&", pool)
  add("size_bytes", $2)
  add("allocated_bytes", $3)
  add("free_bytes", $4)
  # older versions write a percent sign
  sub(/%$/, "", $5)
  if ($5 ~ /^[0-9]+$/) add("fragmentation_ratio", $5 / 100)
  add("health", $6 in codes ? codes[$6] : 4)
  add("readonly", $7 == "on" ? 1 : $7 == "off" ? 0 : "")
}
END {
  for (i = 1; i <= count; i++) {
    name = names[i]
    if (name in lines) printf "# HELP zfs_pool_%s From zpool list.\n# TYPE zfs_pool_%s gauge\n%s", name, name, lines[name]
  }
}

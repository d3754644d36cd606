# What runs in a cgroup: a container's own unit, or podman's scope for one that has none.
BEGIN { FS = "\t" }
$1 == "containers" && NF == 14 && $11 != "true" && $14 != "" { printf "unit\t%s\t%s\t%s\n", $2, $14, $4 }
# a pod's infra container has the pod's unit, and yet a scope
$1 == "containers" && NF == 14 && ($11 == "true" || $14 == "") && $5 == "running" { printf "scope\t%s\t%s\t%s\n", $2, $3, $4 }

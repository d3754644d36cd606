# What runs in a cgroup: a container's own unit, or podman's scope for one that has none.
BEGIN { FS = "\t" }
/^containers / { split($0, words, " "); user = words[2]; inside = 1; next }
/^units / { inside = 0 }
inside && NF >= 12 && $9 != "true" && $12 != "" { printf "unit\t%s\t%s\t%s\n", user, $12, $2 }
# a pod's infra container has the pod's unit, and yet a scope
inside && NF >= 12 && ($9 == "true" || $12 == "") && $3 == "running" { printf "scope\t%s\t%s\t%s\n", user, $1, $2 }

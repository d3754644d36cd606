# The rows of now, and of users whose containers could not be seen now those of before: whose a cgroup is goes by them.
BEGIN { FS = "\t" }
before && $1 == "containers" { rows[++count] = $0; owner[count] = $2; next }
before { next }
$1 == "user" { exists[$3] = 1 }
$1 == "looked" && $3 == "podman" && $4 == 0 { seen[$2] = 1 }
# what a look that failed has told is told before
$1 == "containers" { now[++fresh] = $0; whose[fresh] = $2; next }
{ print }
END {
  exists["root"] = 1
  for (i = 1; i <= fresh; i++) if (whose[i] in seen) print now[i]
  for (i = 1; i <= count; i++) if (!(owner[i] in seen) && owner[i] in exists) print rows[i]
}

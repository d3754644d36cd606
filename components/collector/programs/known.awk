# The rows of now, and of users whose containers could not be seen now those of before: Alloy forgets how far it has read a
# log that is gone from its list, and would read it from its start when it is back.
BEGIN { FS = "\t" }
before && ($1 == "containers" || $1 == "ctrlog") { rows[++count] = $0; owner[count] = $2; next }
before { next }
$1 == "user" { exists[$3] = 1 }
$1 == "looked" && $3 == "podman" && $4 == 0 { seen[$2] = 1 }
# what a look that failed has told is told before
$1 == "containers" || $1 == "ctrlog" { now[++fresh] = $0; whose[fresh] = $2; next }
{ print }
END {
  exists["root"] = 1
  for (i = 1; i <= fresh; i++) if (whose[i] in seen) print now[i]
  for (i = 1; i <= count; i++) if (!(owner[i] in seen) && owner[i] in exists) print rows[i]
}

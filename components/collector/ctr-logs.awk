# The ctr.log of containers on podman's k8s-file driver, as targets for Alloy's discovery.file.
BEGIN { FS = "\t"; printf "[" }
function quote(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
/^containers / { split($0, words, " "); user = words[2]; inside = 1; next }
/^units / { inside = 0 }
inside && NF >= 12 { name[$1] = $2; unit[$1] = $12; owner[$1] = user }
$1 == "ctrlog" {
  count = split($2, folders, "/")
  id = folders[count - 2]
  if (!(id in name)) next
  printf "%s\n{\"targets\":[\"localhost\"],\"labels\":{\"__path__\":%s,\"user\":%s,\"container\":%s,\"unit\":%s,\"container_id\":\"%s\"}}",
    n++ ? "," : "", quote("/host" $2), quote(owner[id]), quote(name[id]), quote(unit[id]), substr(id, 1, 12)
}
END { print "]" }

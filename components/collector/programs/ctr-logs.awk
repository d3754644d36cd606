# The ctr.log of containers on podman's k8s-file driver, as targets for Alloy's discovery.file.
BEGIN { FS = "\t"; printf "[" }
function quote(text) { gsub(/[\\"]/, "\\\\&", text); return "\"" text "\"" }
$1 == "containers" && NF == 14 { name[$2, $3] = $4; unit[$2, $3] = $14 }
$1 == "ctrlog" && NF == 3 {
  count = split($3, folders, "/")
  id = folders[count - 2]
  if (!(($2, id) in name)) next
  printf "%s\n{\"targets\":[\"localhost\"],\"labels\":{\"__path__\":%s,\"user\":%s,\"container\":%s,\"unit\":%s,\"container_id\":%s}}",
    n++ ? "," : "", quote("/host" $3), quote($2), quote(name[$2, id]), quote(unit[$2, id]), quote(substr(id, 1, 12))
}
END { print "]" }

# Facts of a unit and the files it runs from: user unit paths[] sums[]
# A quadlet is named by its file name alone: it lies where its user's quadlets do. resolve ARRAY-NAME
resolve() {
  local i
  local -n list=$1
  for i in "${!list[@]}"; do [[ ${list[i]} == /* ]] || list[i]=$quadlets/${list[i]}; done
}

enter_unit() { enter_scope; resolve paths; }

observe_unit() {
  file_facts
  fact unit "$(ctl show -p ActiveState --value "$unit")"
}

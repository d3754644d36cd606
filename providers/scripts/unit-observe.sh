# Facts of a unit and the files it runs from: user unit paths[] sums[]
# A quadlet is named by its file name alone: it lies where its user's quadlets do. resolve ARRAY-NAME
resolve() {
  local i
  local -n list=$1
  for i in "${!list[@]}"; do [[ ${list[i]} == /* ]] || list[i]=$quadlets/${list[i]}; done
}

enter_unit() { enter_scope; resolve paths; }

# A unit file that says by whom it is wanted is enabled; quadlet's generator does that by itself.
enabled() {
  ! grep -qx '\[Install\]' "/etc/systemd/system/$unit" 2>/dev/null || ctl is-enabled --quiet "$unit"
}

observe_unit() {
  local state
  state=$(ctl show -p ActiveState --value "$unit")
  [[ $state != active ]] || enabled || state=disabled
  file_facts
  fact unit "$state"
}

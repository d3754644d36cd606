# Facts of a unit and the files it runs from: user unit paths[] sums[]
target() { case $1 in /*) printf %s "$1" ;; *) printf %s "$quadlets/$1" ;; esac; }

observe_unit() {
  local i
  for i in "${!paths[@]}"; do file_facts "$i" "$(target "${paths[i]}")" "${sums[i]}"; done
  fact unit "$(ctl show -p ActiveState --value "$unit")"
}

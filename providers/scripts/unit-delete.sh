# Stops a unit and takes its files away: unit user paths[] volumes[]
if [[ -n $user ]] && ! id -u "$user" &>/dev/null; then
  give_up "unit $user $unit"
  drop_folders
  exit 0
fi
enter_unit
ctl stop "$unit" 2>/dev/null || true
own=()
for path in "${paths[@]}"; do [[ $path != /etc/systemd/system/* ]] || own+=("${path##*/}"); done
# until all are stopped, one may start another
for name in "${own[@]}"; do ctl disable --quiet --now "$name" 2>/dev/null || true; done
for name in "${own[@]}"; do
  ctl stop "$name" 2>/dev/null || true
  # one that a stop made fail would not be cleaned
  ctl reset-failed "$name" 2>/dev/null || true
  # its StateDirectory= and the like
  ctl clean --what=all "$name" 2>/dev/null || true
done
begin_change "$change_name" "$user"
trap '[[ ! -e $change/files ]] || put_back_files "$change" || true' EXIT
put=() remove=()
for path in "${paths[@]}" "$revision_file"; do [[ ! -e $path && ! -L $path ]] || remove+=("$path"); done
take_files() {
  ready_change
  switch_files || fail "cannot take away the files of $unit"
  # the units of its volumes stay "active (exited)" until stopped
  for name in "${paths[@]##*/}"; do [[ $name != *.volume ]] || ctl stop "${name%.volume}-volume.service" 2>/dev/null || true; done
  ctl daemon-reload
}
if ((${#remove[@]})); then
  list_change
  locked take_files
fi
locked end_change
trap - EXIT
rmdir "${revision_file%/*}" 2>/dev/null || true
ctl reset-failed "$unit" 2>/dev/null || true
for volume in "${volumes[@]}"; do as_user podman volume rm --force "$volume" >/dev/null 2>&1 || true; done
if [[ ${paths[*]} == *.pod* ]] && owned "pause ${user:-root}"; then
  # somebody else's pod that runs keeps it
  as_user podman images --quiet --no-trunc --filter reference=localhost/podman-pause | xargs -r "${runner[@]}" podman image rm &>/dev/null || true
  give_up "pause ${user:-root}"
fi
give_up "unit ${user:-root} $unit"
drop_folders

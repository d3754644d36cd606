# Stops a unit and takes its files away: unit user paths[] volumes[] owned
if [[ -n $user ]] && ! id -u "$user" &>/dev/null; then exit 0; fi
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
for path in "${paths[@]}"; do rm -f "$path"; done
# the units of its volumes stay "active (exited)" until stopped
for name in "${paths[@]##*/}"; do [[ $name != *.volume ]] || ctl stop "${name%.volume}-volume.service" 2>/dev/null || true; done
ctl daemon-reload
ctl reset-failed "$unit" 2>/dev/null || true
for volume in "${volumes[@]}"; do as_user podman volume rm --force "$volume" >/dev/null 2>&1 || true; done
if [[ ${paths[*]} == *.pod* ]] && owned "pause ${user:-root}"; then
  # somebody else's pod that runs keeps it
  as_user podman images --quiet --no-trunc --filter reference=localhost/podman-pause | xargs -r "${runner[@]}" podman image rm &>/dev/null || true
  give_up "pause ${user:-root}"
fi
drop_folders

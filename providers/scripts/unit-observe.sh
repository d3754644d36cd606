# Facts of a unit and the files it runs from: user unit paths[] sums[] revision
# A quadlet is named by its file name alone: it lies where its user's quadlets do. resolve ARRAY-NAME
resolve() {
  local i
  local -n list=$1
  for i in "${!list[@]}"; do [[ ${list[i]} == /* ]] || list[i]=$quadlets/${list[i]}; done
}

enter_unit() {
  enter_scope
  resolve paths
  # its drop-in by which what runs carries the revision that it was started from
  revision_file=/etc/systemd/system/$unit.d/50-watchpost-revision.conf
  [[ -z $user ]] || revision_file=/etc/systemd/user/$unit.d/50-watchpost-revision.conf
  change_name="unit:${user:-root}:$unit"
}

# A unit file that says by whom it is wanted is enabled; quadlet's generator does that by itself.
enabled() {
  ! grep -qx '\[Install\]' "/etc/systemd/system/$unit" 2>/dev/null || ctl is-enabled --quiet "$unit"
}

# Sets active, reload_needed (systemd has not read what lies on the disk), main (0 where no process stands for the unit) and
# running: the revision that this process was started from, empty where it was started before units carried one.
look_at_unit() {
  local line
  active='' reload_needed='' running='' main=0
  while read -r line; do
    case $line in
      ActiveState=*) active=${line#*=} ;;
      NeedDaemonReload=yes) reload_needed=1 ;;
      MainPID=*) main=${line#*=} ;;
    esac
  done < <(ctl show -p ActiveState -p NeedDaemonReload -p MainPID "$unit")
  [[ $main == 0 || ! -r /proc/$main/environ ]] ||
    running=$(tr '\0' '\n' 2>/dev/null <"/proc/$main/environ" | sed -n 's/^WATCHPOST_REVISION=//p' | tail -n 1) || true
}

# From the first restart on: none is restarted for the revision alone.
runs_another() { [[ -e $revision_file && $main != 0 && $running != "$revision" ]]; }

observe_unit() {
  look_at_unit
  local state=$active
  if [[ $active == active ]]; then
    if ! enabled; then state=disabled
    # systemd, or what runs, is behind the files; or a run was cut off, and nobody knows
    elif [[ -n $reload_needed ]] || runs_another || [[ -e /var/lib/watchpost/changes/$change_name ]]; then state=outdated; fi
  fi
  file_facts
  fact unit "$state"
}

#!/bin/bash
# A stand-in of systemctl for the fault matrix: one unit, `app.service`, in the folder $FAKE. It keeps what systemd has read
# (loaded), what runs was started from (running), and as systemd sees files as changed that are newer than when it read them.
etc=${FAKE%/fake}/etc
[[ ${1-} != --user ]] || shift
quadlet=$etc/containers/systemd/app.container dropin=$etc/systemd/system/app.service.d/50-watchpost-revision.conf
configs() { cat "$etc/watchpost/app/"*.conf 2>/dev/null; }
read_disk() { mkdir -p "$FAKE/loaded"; rm -f "$FAKE/loaded/"*; cp -p "$quadlet" "$FAKE/loaded/quadlet" 2>/dev/null; cp -p "$dropin" "$FAKE/loaded/dropin" 2>/dev/null; true; }
start() {
  [[ -e $FAKE/loaded/quadlet ]] || { rm -rf "$FAKE/running"; return 5; }
  mkdir -p "$FAKE/running" "$FAKE/proc/77"
  cp "$FAKE/loaded/quadlet" "$FAKE/running/quadlet"
  configs >"$FAKE/running/configs"
  { printf 'HOME=/\0'; sed -n 's/^Environment=//p' "$FAKE/loaded/dropin" 2>/dev/null | tr '\n' '\0'; } >"$FAKE/proc/77/environ"
  if grep -q unhealthy "$FAKE/running/configs" "$FAKE/running/quadlet"; then rm -rf "$FAKE/running"; return 1; fi
}
newer() { [[ -e $1 && $1 -nt $2 ]]; }
case $1 in
  show)
    state=inactive main=0 need=no
    if [[ -d $FAKE/running ]]; then state=active main=77; fi
    if [[ -d $FAKE/loaded ]] && { newer "$quadlet" "$FAKE/loaded/quadlet" || newer "$dropin" "$FAKE/loaded/dropin"; }; then need=yes; fi
    if [[ " $* " == *" --value "* ]]; then printf '%s\n' "$state"; else printf 'ActiveState=%s\nNeedDaemonReload=%s\nMainPID=%s\n' "$state" "$need" "$main"; fi
    ;;
  daemon-reload) read_disk ;;
  restart | start) start ;;
  reload) [[ -d $FAKE/running ]] && configs >"$FAKE/running/configs" ;;
  stop) rm -rf "$FAKE/running" ;;
  restarts-itself) [[ ! -d $FAKE/running ]] || start ;;
  boot)
    rm -rf "$FAKE/running"
    read_disk
    start
    # whatever reads the plain file reads it at boot
    if [[ -e $FAKE/applied ]]; then cp "$etc/watchpost/host.conf" "$FAKE/applied" 2>/dev/null || rm -f "$FAKE/applied"; fi
    ;;
esac

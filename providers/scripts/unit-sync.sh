# Brings a unit and its files to what is declared, as one change: refused or failed, the old files run on.
# unit user paths[] contents[] modes[] owners[] changes[] sums[] gone[] validate[] restart timeout revision
enter_unit
resolve gone
begin_change "$change_name" "$user"
rolling_back=''
# every way out puts the old files back, until the unit is up
trap 'leave' EXIT
leave() {
  # a subshell leaves nothing
  [[ $BASHPID == "$$" ]] || return 0
  trap '' TERM HUP INT PIPE
  if [[ -e $change/files || -n $rolling_back ]]; then roll_back --no-block || true; else tidy_change "$change" && drop_folders || true; fi
}

# Whether the manager has to be told that the file changed.
manages() { [[ $1 == "$quadlets"/* || $1 == /etc/systemd/* ]]; }

same() { # index path
  [[ -f $2 ]] && printf %s "${contents[$1]}" | cmp -s - "$2" && [[ $(stat -c '%a %U:%G' "$2") == "${modes[$1]} ${owners[$1]}" ]]
}

# --- observe: what differs, and what that asks of the unit
look_at_unit
was=$active
differing=() put=() remove=() reload='' generate=$reload_needed
[[ -z $reload_needed ]] || restart=1
# nobody knows what a run that was cut off has left running
if is_stale; then restart=1 generate=1; fi
for i in "${!paths[@]}"; do
  path=${paths[i]}
  ! same "$i" "$path" || continue
  differing+=("$i") put+=("$path")
  case ${changes[i]} in reload) reload=1 ;; *) restart=1 ;; esac
  ! manages "$path" || generate=1
done
for path in "${gone[@]}"; do
  [[ -e $path ]] || continue
  remove+=("$path") restart=1
  ! manages "$path" || generate=1
done
enabled || generate=1
checkable=${#differing[@]} has_quadlets=''
for path in "${paths[@]}"; do [[ $path != "$quadlets"/* ]] || has_quadlets=1; done
if [[ $was == active ]] && runs_another; then restart=1; fi
if [[ $unit == *.service ]] && { [[ -e $revision_file || -n $restart || $was != active ]]; }; then
  i=${#paths[@]}
  paths+=("$revision_file") contents+=("[Service]"$'\n'"Environment=WATCHPOST_REVISION=$revision"$'\n') modes+=(644) owners+=(root:root)
  if ! same "$i" "$revision_file"; then differing+=("$i") put+=("$revision_file") generate=1; fi
fi

# --- check: by the tools that will run it, on a copy
refuse() { fail "refused, and nothing was changed: $1"; }
copy_neighbours() { cp "$quadlets"/*.* "$stage/new$quadlets/" 2>/dev/null || true; }
if ((checkable)); then
  # the neighbours too: a container is only right together with its pod. In turn, so that none is half there
  (umask 022; mkdir -p "$stage/new$quadlets")
  locked copy_neighbours
  for path in "${remove[@]}"; do rm -f "$stage/new$path"; done
  for i in "${!paths[@]}"; do
    new=$stage/new${paths[i]}
    (umask 022; mkdir -p "${new%/*}")
    printf %s "${contents[i]}" >"$new" && chmod "${modes[i]}" "$new" || refuse "no copy of ${paths[i]} to check can be written below $run_folder"
  done
  if [[ -n $has_quadlets ]]; then
    said=$(QUADLET_UNIT_DIRS=$stage/new$quadlets /usr/lib/systemd/system-generators/podman-system-generator ${user:+--user} --dryrun 2>&1) ||
      refuse "quadlet: $(grep -v '^$' <<<"$said" | grep -iE 'convert|unsupported|error|invalid|unknown' | head -n 5 || head -n 5 <<<"$said")"
  fi
  if [[ -f $stage/new/etc/systemd/system/$unit ]]; then
    said=$(SYSTEMD_UNIT_PATH=$stage/new/etc/systemd/system: systemd-analyze verify --recursive-errors=no "$stage/new/etc/systemd/system/$unit" 2>&1) || refuse "systemd: $(tail -n 12 <<<"$said")"
  fi
  for command in "${validate[@]}"; do
    said=$(as_user bash -c "${command//'{stage}'/$stage/new}" 2>&1 </dev/null) || refuse "$(tail -n 12 <<<"$said")"
  done
fi

# --- sync: the new files in, the unit brought up

# quadlet writes units when the manager reloads; a unit file that says by whom it is wanted is enabled
manage() {
  [[ -n $generate ]] || return 0
  ctl daemon-reload
  if [[ -f /etc/systemd/system/$unit ]] && ! enabled; then ctl enable --quiet "$unit"; fi
}

switch() {
  install_recovery
  ready_change
  switch_files || fail "cannot replace the files of $unit"
  manage
}

switch_back() {
  put_back_files "$change" || return 1
  manage || true
}

journal() {
  local unit_field=_SYSTEMD_UNIT about=UNIT started=()
  [[ -z $user ]] || { unit_field=_SYSTEMD_USER_UNIT about=USER_UNIT; }
  # a timer fails by what it starts
  [[ $unit != *.timer ]] || started=(+ "$unit_field=${unit%.timer}.service" + "$about=${unit%.timer}.service")
  sleep 0.2 # the journal gets a container's last line after its unit has failed
  # empty lines and podman's own events only push out what the program said
  journalctl -q --no-pager -o cat -n 200 --since "@$1" ${user:+_UID="$uid"} "$unit_field=$unit" + "$about=$unit" "${started[@]}" 2>/dev/null |
    sed '/^[[:space:]]*$/d; / m=+[0-9.]* container /d' | tail -n 25 || true
}

bring_up() { # verb, and --no-block
  # one that has failed or restarted often of late is not started too often for systemd
  ctl reset-failed "$unit" 2>/dev/null || true
  # a timer is up once what it starts has been seen to work
  if [[ $unit == *.timer && $# == 1 ]]; then in_time start "${unit%.timer}.service" || return 1; fi
  in_time "$@" "$unit"
}
# in the foreground, or what ends this job would not reach it
in_time() { timeout --foreground "$timeout" "${manager[@]}" "$@" >/dev/null 2>&1 7>&- 8>&- 9>&-; }

# The old files back, and the old version up again; says in outcome what became of it.
roll_back() { # --no-block where nobody waits
  # until the previous version is up again
  rolling_back=1
  outcome="it was not running before and is stopped"
  ctl stop --no-block "$unit" 2>/dev/null || true
  if ((${#put[@]} + ${#remove[@]})); then
    locked switch_back || { outcome="the previous files could not be put back: the next run does it"; return 1; }
    outcome="the previous files are back, $outcome"
  fi
  ctl reset-failed "$unit" 2>/dev/null || true
  if [[ $was != active ]]; then ctl stop "$@" "$unit" 2>/dev/null || true
  elif bring_up restart "$@"; then outcome="the previous files are back and the previous version is running"
  else outcome="the previous files are back, but the previous version did not start either"; fi
  rolling_back=''
  [[ -e ${paths[0]} ]] || give_up "unit ${user:-root} $unit"
  drop_folders
}

# podman makes an image of its own for pods, and leaves it behind
if [[ ${paths[*]} == *.pod* && $was != active && -z $(as_user podman images --quiet --filter reference=localhost/podman-pause) ]]; then
  own "pause ${user:-root}"
fi

own "unit ${user:-root} $unit"
if ((${#put[@]} + ${#remove[@]})); then
  list_change
  for i in "${differing[@]}"; do stage_file "${paths[i]}" "${modes[i]}" "${owners[i]}" "${contents[i]}"; done
  locked switch
else
  locked manage
fi
since=$(date +%s)
verb=''
if [[ $was != active ]]; then verb=restart; elif [[ -n $restart ]]; then verb=restart; elif [[ -n $reload ]]; then verb=reload; fi
if [[ -n $verb ]] && ! bring_up "$verb"; then
  lines=$(journal "$since")
  roll_back || true
  give_change_up
  trap - EXIT
  fail "did not come up healthy within $timeout s; $outcome. Its last journal lines:
$lines"
fi
locked end_change
trap - EXIT
paths=("${paths[@]:0:${#sums[@]}}")
observe_unit

# Brings a unit and its files to what is declared, as one transaction: refused or failed, the old files run on.
# unit user paths[] contents[] modes[] owners[] changes[] sums[] gone[] validate[] restart timeout
enter_unit
resolve gone
stage=$(mktemp -d /run/watchpost.XXXXXX)
chmod 0755 "$stage"
# from the first file put in place until the unit is up, every way out puts the old files back
changing=''
trap '[[ -z $changing ]] || put_back; rm -rf "$stage"' EXIT
mkdir -p "$stage/new" "$stage/old"

# Whether the manager has to be told that the file changed.
manages() { [[ $1 == "$quadlets"/* || $1 == /etc/systemd/system/* ]]; }

same() { # index path
  [[ -f $2 ]] && printf %s "${contents[$1]}" | cmp -s - "$2" && [[ $(stat -c '%a %U:%G' "$2") == "${modes[$1]} ${owners[$1]}" ]]
}

# --- observe: what differs, and what that asks of the unit
was=$(ctl show -p ActiveState --value "$unit")
started=$(ctl show -p ActiveEnterTimestamp --value --timestamp=unix "$unit")
started=${started#@}
differing=() reload='' generate='' checkable=''
for i in "${!paths[@]}"; do
  path=${paths[i]}
  if same "$i" "$path"; then
    # written but never applied: an earlier run was cut off between the two
    (($(stat -c %Z "$path") >= ${started:-0})) || continue
  else
    differing+=("$i") checkable=1
  fi
  case ${changes[i]} in reload) reload=1 ;; *) restart=1 ;; esac
  ! manages "$path" || generate=1
done
for path in "${gone[@]}"; do
  [[ -e $path ]] || continue
  restart=1
  ! manages "$path" || generate=1
done
enabled || generate=1

# --- check: by the tools that will run it, on a copy
refuse() { fail "refused, and nothing was changed: $1"; }
if [[ -n $checkable ]]; then
  for i in "${!paths[@]}"; do
    new=$stage/new${paths[i]}
    mkdir -p "$(dirname "$new")"
    printf %s "${contents[i]}" >"$new"
    chmod "${modes[i]}" "$new"
  done
  if [[ -d $stage/new$quadlets ]]; then
    # the neighbours too: a container is only right together with its pod
    cp -n "$quadlets"/*.* "$stage/new$quadlets/" 2>/dev/null || true
    said=$(QUADLET_UNIT_DIRS=$stage/new$quadlets /usr/lib/systemd/system-generators/podman-system-generator ${user:+--user} --dryrun 2>&1) ||
      refuse "quadlet: $(grep -v '^$' <<<"$said" | grep -iE 'convert|unsupported|error|invalid|unknown' | head -n 5 || head -n 5 <<<"$said")"
  fi
  if [[ -d $stage/new/etc/systemd/system ]]; then
    said=$(SYSTEMD_UNIT_PATH=$stage/new/etc/systemd/system: systemd-analyze verify --recursive-errors=no "$stage/new/etc/systemd/system/$unit" 2>&1) || refuse "systemd: $(tail -n 12 <<<"$said")"
  fi
  for command in "${validate[@]}"; do
    said=$(as_user bash -c "${command//'{stage}'/$stage/new}" 2>&1 </dev/null) || refuse "$(tail -n 12 <<<"$said")"
  done
fi

# --- sync: old files aside, new ones in, the unit brought up
put_all() {
  local i path
  for i in "${differing[@]}"; do
    path=${paths[i]}
    if [[ -e $path ]]; then mkdir -p "$stage/old$(dirname "$path")" && cp -a "$path" "$stage/old$path"; fi
    printf %s "${contents[i]}" | put_file "$path" "${modes[i]}" "${owners[i]}"
  done
  for path in "${gone[@]}"; do
    [[ -e $path ]] || continue
    mkdir -p "$stage/old$(dirname "$path")" && mv "$path" "$stage/old$path"
  done
}

put_back() {
  local i path
  for i in "${differing[@]}"; do
    path=${paths[i]}
    if [[ -e $stage/old$path ]]; then cp -a "$stage/old$path" "$path.watchpost" && mv -f "$path.watchpost" "$path"; else rm -f "$path"; fi
  done
  for path in "${gone[@]}"; do [[ ! -e $stage/old$path ]] || mv "$stage/old$path" "$path"; done
  manage
}

# quadlet writes units when the manager reloads; a unit file that says by whom it is wanted is enabled
manage() {
  [[ -n $generate ]] || return 0
  locked ctl daemon-reload
  if [[ -f /etc/systemd/system/$unit ]] && ! enabled; then ctl enable --quiet "$unit"; fi
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

bring_up() {
  # a timer is up once what it starts has been seen to work
  if [[ $unit == *.timer ]]; then timeout "$timeout" "${manager[@]}" start "${unit%.timer}.service" >/dev/null 2>&1 || return 1; fi
  timeout "$timeout" "${manager[@]}" "$1" "$unit" >/dev/null 2>&1
}

# podman makes an image of its own for pods, and leaves it behind
if [[ ${paths[*]} == *.pod* && $was != active && -z $(as_user podman images --quiet --filter reference=localhost/podman-pause) ]]; then
  locked own "pause ${user:-root}"
fi

changing=1
put_all
manage
since=$(date +%s)
verb=''
if [[ $was != active ]]; then verb=restart; elif [[ -n $restart ]]; then verb=restart; elif [[ -n $reload ]]; then verb=reload; fi
if [[ -n $verb ]] && ! bring_up "$verb"; then
  lines=$(journal "$since")
  then="it was not running before and is stopped"
  if ((${#differing[@]} + ${#gone[@]})); then then="the previous files are back, $then"; fi
  ctl stop --no-block "$unit" 2>/dev/null || true
  put_back
  changing=''
  ctl reset-failed "$unit" 2>/dev/null || true
  if [[ $was == active ]]; then
    if bring_up restart; then then="the previous files are back and the previous version is running"; else then="the previous files are back, but the previous version did not start either"; fi
  else
    ctl stop "$unit" 2>/dev/null || true
  fi
  drop_folders
  fail "did not come up healthy within $timeout s; $then. Its last journal lines:
$lines"
fi
changing=''
observe_unit

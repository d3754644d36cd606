# The ledger of what we made, written before making it, so that a run cut off half-way still knows what is ours.
# Its lines: `stack NAME` (whose host this is), `folder PATH`, `unit USER NAME`, `user NAME`, `image USER ID`, `recovery`, ...
ledger=/var/lib/watchpost/made
run_folder=/run/watchpost

# Jobs that run at once take turns here for what takes milliseconds: locked COMMAND...
locked() {
  [[ -z ${in_turn-} ]] || { "$@"; return $?; }
  local end=$((SECONDS + 300))
  # who may open a file may lock it: they are root's alone
  # shellcheck disable=SC2174 # only /run is above it
  until mkdir -p -m 0711 "$run_folder" && umask 077 && exec 9>>"$run_folder/mutex" && umask 022 && flock -w 120 9 &&
    [[ /proc/self/fd/9 -ef $run_folder/mutex ]]; do # one that is gone by then, with the folder, keeps nobody out
    ((SECONDS < end)) || fail "a process on the host holds $run_folder/mutex for minutes: end it (fuser $run_folder/mutex)"
    sleep 0.05
  done
  in_turn=1
  "$@"
  in_turn=''
  exec 9>&-
}

owned() { grep -qxF -- "$1" "$ledger" 2>/dev/null; }
own() { locked own_lines "$@"; }
give_up() { locked disown_line "$1"; }

# Replaces a file of our own by standard input: whole or not at all, also where the disk is full or the power is cut.
write_whole() { # path
  # the rest of a run that was cut off
  rm -f "$1.new"
  if cat >"$1.new" && sync "$1.new" && mv -f "$1.new" "$1"; then return 0; fi
  rm -f "$1.new" || true
  printf 'cannot write %s\n' "$1" >&2
  return 1
}

own_lines() { # those that lack, by one write
  local line lines='' lack=()
  for line; do owned "$line" || lack+=("$line"); done
  ((${#lack[@]})) || return 0
  (umask 077; mkdir -p "${ledger%/*}")
  [[ ! -e $ledger ]] || lines=$(<"$ledger")
  (umask 077; printf '%s\n' ${lines:+"$lines"} "${lack[@]}" | write_whole "$ledger") || exit 1
}

disown_line() {
  owned "$1" || return 0
  local lines status=0
  lines=$(grep -vxF -- "$1" "$ledger") || status=$?
  ((status < 2)) || fail "cannot read $ledger"
  if [[ -n $lines ]]; then (umask 077; printf '%s\n' "$lines" | write_whole "$ledger") || exit 1; return 0; fi
  rm -f "$ledger"
  rmdir "${ledger%/*}" 2>/dev/null || true
}

# A ledger that is damaged does not mean that nothing is ours.
check_ledger() {
  [[ -e $ledger ]] || return 0
  local bad
  bad=$(LC_ALL=C grep -nvaE '^(stack|folder|unit|user|home|found-home|linger|subuid|subgid|image|pull|pause|apply) [^[:cntrl:]]+$|^recovery$' "$ledger" | head -n 1) || true
  [[ -z $bad && -s $ledger ]] || fail "$ledger is damaged${bad:+ in line ${bad%%:*}}, and says no more what Watchpost made here: expected lines such as 'folder /etc/watchpost'; mend it by hand, nothing was changed"
}

# The host belongs to the stack that changed it first, until it is destroyed.
check_stack() {
  local owner
  owner=$(sed -n 's/^stack //p' "$ledger" 2>/dev/null | head -n 1)
  [[ -z $owner || -z ${stack-} || $owner == "$stack" ]] ||
    fail "this host belongs to the stack $owner, expected $stack: two stacks cannot share a host; destroy $owner, or take the line 'stack $owner' out of $ledger if it is gone, or give this stack another host; nothing was changed"
  [[ -z $owner ]]
}

make_folders() {
  local folder=$1 lack=()
  until [[ -d $folder ]]; do lack=("folder $folder" "${lack[@]}") folder=$(dirname "$folder"); done
  ((${#lack[@]})) || return 0
  own "${lack[@]}"
  (umask 022; mkdir -p "$1")
}

# Takes away the folders that we made and that are empty now, innermost first; with the last unit goes the claim on the host.
drop_folders() {
  local folder
  grep -q '^unit ' "$ledger" 2>/dev/null || locked leave_host
  while read -r folder; do
    # what runs of older versions left that were cut off
    rm -f "$folder"/.watchpost.??????
    rmdir "$folder" 2>/dev/null || true
    [[ -d $folder ]] || give_up "folder $folder"
  done < <(sed -n 's/^folder //p' "$ledger" 2>/dev/null | sort -r)
  rmdir "$changes_folder" "${ledger%/*}" 2>/dev/null || true
  grep -q '^unit ' "$ledger" 2>/dev/null || locked drop_run_folder
}

# The claim, and what is only there for changes of our units.
leave_host() {
  local line
  line=$(sed -n '/^stack /{p;q}' "$ledger" 2>/dev/null) || true
  [[ -z $line ]] || disown_line "$line"
  if owned recovery; then remove_recovery; disown_line recovery; fi
}

# With the last job.
drop_run_folder() {
  exec 8>&- 6>>"$lock"
  if flock -x -n 6; then rm -rf "$run_folder"; fi
  exec 6>&-
}

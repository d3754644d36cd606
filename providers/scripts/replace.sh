# Replaces files as one. The new ones are written beside the old ones and synced to the disk, the old ones are kept by a
# link, then all are renamed. To put back is to rename again: it needs no space. What a run that was cut off left is put
# right by the next job and at boot.
#   begin_change NAME; put=() remove=(); list_change; stage_file PATH MODE OWNER CONTENT; ready_change; switch_files;
#   then end_change, or put_back_files and give_change_up
# A change in progress is a folder here: `draft` lists what it may leave beside the files, `files` (the same list) what has
# to be put back, `stale` says that what runs may be of neither.
changes_folder=/var/lib/watchpost/changes

# Where what a change puts is checked before: in a path without characters that separate paths, such as a colon.
stage_of() { # folder of the change
  stage=$(printf %s "${1##*/}" | cksum)
  stage=$run_folder/stage/${stage/ /-}
}

beside() { new=${1%/*}/.${1##*/}.watchpost-new old=${1%/*}/.${1##*/}.watchpost-old; }

begin_change() { # name, user whose manager runs it
  change=$changes_folder/$1 change_user=${2-}
  stage_of "$change"
  # this run may have lost its connection while a job of it was at work
  wait_for open_change
  [[ -n $taken ]] ||
    fail "an earlier job of this run is still at work on it after $patience s: nothing was changed; run this again when that is over"
}

open_change() {
  taken=''
  (umask 077; mkdir -p "$change"; : >>"$change/lock")
  exec 7<"$change/lock"
  if ! flock -n 7; then exec 7<&-; return 0; fi
  rm -rf "$stage"
  # commands of the user look into it
  (umask 022; mkdir -p "$stage")
  taken=1
}

is_stale() { [[ -e $change/stale ]]; }

# Of put[] and remove[]: what will lie beside them, written down before anything does.
list_change() {
  local path
  for path in "${put[@]}"; do [[ ! -d $path || -L $path ]] || fail "cannot write $path: it is a folder, and nothing was changed"; done
  {
    for path in "${put[@]}"; do
      if [[ -e $path || -L $path ]]; then printf 'put %s\n' "$path"; else printf 'add %s\n' "$path"; fi
    done
    ((!${#remove[@]})) || printf 'remove %s\n' "${remove[@]}"
  } >"$change/draft.new" && printf %s "$change_user" >"$change/user" && : >"$change/spare" && mv -f "$change/draft.new" "$change/draft" || abandon_change "$change"
}

# In this shell, not in a pipe: what a signal leaves of one would go on writing.
stage_file() { # path mode owner content
  make_folders "${1%/*}"
  beside "$1"
  umask 077
  printf %s "$4" >"$new" && umask 022 && chmod "$2" "$new" && chown "$3" "$new" || abandon_change "$1"
}

# Nothing was renamed yet: takes away what lies beside the files.
abandon_change() { # what could not be written
  tidy_change "$change" || true
  drop_folders
  fail "cannot write $1: nothing was changed"
}

ready_change() {
  local -A folders=()
  local path synced=("$change/draft" "$change/user")
  for path in "${put[@]}" "${remove[@]}"; do
    beside "$path"
    folders[${path%/*}/]=1
    [[ ! -e $new ]] || synced+=("$new")
    [[ -e $path || -L $path ]] || continue
    # a file system without links takes a copy
    ln -- "$path" "$old" 2>/dev/null || cp -a -- "$path" "$old" || abandon_change "$old"
    synced+=("$old")
  done
  touched_folders=("${!folders[@]}")
  sync -- "${synced[@]}" "${touched_folders[@]}" && mv -f "$change/draft" "$change/files" && sync "$change" || abandon_change "${put[*]}"
}

switch_files() {
  local path
  for path in "${put[@]}"; do beside "$path"; mv -fT -- "$new" "$path" || return 1; done
  for path in "${remove[@]}"; do rm -f -- "$path" || return 1; done
  sync -- "${touched_folders[@]}"
}

# Puts the old files back, of a change of this job or of one that was cut off.
put_back_files() { # folder of the change
  [[ -e $1/files ]] || return 0
  local kind path failed=''
  while read -r kind path; do
    beside "$path"
    if [[ $kind == add ]]; then
      # while the new one lies beside it, the file is not ours
      [[ -e $new ]] || rm -f -- "$path" || failed=1
    elif [[ $old -ef $path ]]; then rm -f -- "$old" || failed=1
    elif [[ -e $old || -L $old ]]; then mv -fT -- "$old" "$path" || failed=1; fi
    rm -f -- "$new" || failed=1
  done <"$1/files"
  [[ -z $failed ]] || return 1
  mv -f "$1/spare" "$1/stale" 2>/dev/null || [[ -e $1/stale ]] || return 1
  rm -f "$1/files"
}

tidy_change() { # folder of the change
  local kind path
  if [[ -e $1/draft ]]; then
    while read -r kind path; do beside "$path"; rm -f -- "$new" "$old" || return 1; done <"$1/draft"
  fi
  rm -f "$1/draft.new" "$1/draft" "$1/spare" "$1/user"
  stage_of "$1"
  rm -rf "$stage"
  [[ -e $1/stale ]] || rm -rf "$1"
}

# All is as declared, and runs.
end_change() {
  [[ ! -e $change/files ]] || mv -f "$change/files" "$change/draft"
  rm -f "$change/stale"
  tidy_change "$change"
  exec 7>&-
}

# The old files are back, and what runs is theirs; where they could not be put back, the next job has it to do.
give_change_up() {
  [[ ! -e $change/files ]] || return 0
  rm -f "$change/stale"
  tidy_change "$change"
}

# Puts right what runs left that were cut off: those whose lock nobody holds.
put_right_all() {
  local each
  # of older versions
  rm -rf /run/watchpost.??????
  for each in "$changes_folder"/*; do
    [[ -d $each ]] || continue
    # one that was cut off before it had a lock had nothing else either
    [[ -e $each/lock ]] || { rm -rf "$each"; continue; }
    exec 7<"$each/lock"
    if flock -n 7; then put_right "$each"; fi
    exec 7>&-
  done
}

put_right() { # folder of the change
  if [[ -e $1/files ]]; then
    put_back_files "$1" || fail "the files of ${1##*/}, which a run that was cut off had begun to replace, cannot be put back"
    reload_manager_of "$1"
  fi
  tidy_change "$1"
}

# The manager may have read the new files. A user's that does not run reads the old ones when it starts.
reload_manager_of() ( # folder of the change
  user=$(<"$1/user")
  [[ -z $user ]] || getent passwd "$user" >/dev/null || exit 0
  enter_scope
  ctl daemon-reload || true
) 2>/dev/null

# At boot, before what the files configure is started: a unit and its program, which is made of these functions.
recovery_unit=/etc/systemd/system/watchpost-recovery.service
recovery_wish=/etc/systemd/system/sysinit.target.wants/watchpost-recovery.service
recovery_program=/var/lib/watchpost/recovery

install_recovery() {
  local program text functions=(fail enter_scope as_user ctl locked stage_of beside put_back_files tidy_change put_right_all put_right reload_manager_of)
  program="set -euo pipefail
export LC_ALL=C PATH=$PATH
run_folder=$run_folder changes_folder=$changes_folder
$(declare -f "${functions[@]}")
locked put_right_all"
  text="# Puts back the files of a change that was cut off, before the units that they configure start
[Unit]
Description=Watchpost: put back the files of a change that was cut off
DefaultDependencies=no
RequiresMountsFor=/etc /var/lib/watchpost
ConditionPathExistsGlob=$changes_folder/*/files
Before=sysinit.target shutdown.target
Conflicts=shutdown.target
[Service]
Type=oneshot
ExecStart=/bin/bash $recovery_program
"
  [[ ! -L $recovery_wish || ! -f $recovery_unit || ! -f $recovery_program ||
    $(<"$recovery_unit") != "${text%$'\n'}" || $(<"$recovery_program") != "$program" ]] || return 0
  own_lines recovery
  (umask 022; mkdir -p "${recovery_wish%/*}")
  printf '%s\n' "$program" | write_whole "$recovery_program" && printf %s "$text" | write_whole "$recovery_unit" || fail "nothing was changed"
  ln -sfn "$recovery_unit" "$recovery_wish"
}

remove_recovery() {
  rm -f "$recovery_wish" "$recovery_unit" "$recovery_program" "$recovery_unit.new" "$recovery_program.new"
  rmdir "${recovery_wish%/*}" 2>/dev/null || true
  # or the system's manager goes on listing it, as not found
  systemctl daemon-reload 2>/dev/null || true
}

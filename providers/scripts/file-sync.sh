# Brings a file to its declared content, mode and owner: path content mode owner validate apply sum
given=$path
resolve_path || fail "there is no such user on the host as $given names"
choose_writer
if ((${#writer[@]})); then
  write_as_owner
  observe_file
  exit 0
fi
name_change
begin_change "$change_name"
trap 'leave' EXIT
leave() {
  # a subshell leaves nothing
  [[ $BASHPID == "$$" ]] || return 0
  trap '' TERM HUP INT PIPE
  if [[ -e $change/files ]]; then put_back || true; else tidy_change "$change" && drop_folders || true; fi
}
apply_it() { bash -c "$apply" 2>&1 </dev/null 7>&- 8>&- 9>&-; }
put_back() {
  locked put_back_files "$change" || return 1
  [[ -z $apply ]] || apply_it >/dev/null || true
  drop_folders
}
switch() {
  ready_change
  switch_files || fail "cannot replace $path"
}

put=() remove=()
if [[ ! -f $path ]] || ! printf %s "$content" | cmp -s - "$path"; then put=("$path"); fi
if ((${#put[@]})); then
  if [[ -n $validate ]]; then
    printf %s "$content" >"$stage/${path##*/}" || fail "refused, and nothing was changed: no copy to check can be written below $run_folder"
    said=$(bash -c "${validate//'{file}'/"$stage/${path##*/}"}" 2>&1 </dev/null 7>&- 8>&- 9>&-) || fail "refused, and nothing was changed: $(tail -n 12 <<<"$said")"
  fi
  list_change
  stage_file "$path" "$mode" "$owner" "$content"
  locked switch
else
  chmod "$mode" "$path"
  chown "$owner" "$path"
fi
# also where a run was cut off between writing and applying
if [[ -n $apply ]] && { ((${#put[@]})) || is_stale || owned "apply $path"; } && ! said=$(apply_it); then
  outcome='the old file is back'
  put_back || outcome='the old file cannot be put back: the next run does it'
  give_change_up
  trap - EXIT
  fail "'$apply' failed, and $outcome: $(tail -n 5 <<<"$said")"
fi
give_up "apply $path"
locked end_change
trap - EXIT
observe_file

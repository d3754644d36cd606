# path owner apply
choose_writer
if ((${#writer[@]})); then
  remove_as_owner
  drop_folders
  exit 0
fi
name_change
begin_change "$change_name"
trap '[[ ! -e $change/files ]] || put_back_files "$change" || true' EXIT
put=() remove=("$path")
take_file() {
  ready_change
  switch_files || fail "cannot take away $path"
}
if [[ -e $path || -L $path ]]; then
  list_change
  locked take_file
fi
# also where a run was cut off between the two
if [[ -n $apply ]] && { [[ -e $change/files ]] || is_stale || owned "apply $path"; }; then
  bash -c "$apply" &>/dev/null </dev/null 7>&- 8>&- 9>&- || true
fi
locked end_change
trap - EXIT
give_up "apply $path"
drop_folders

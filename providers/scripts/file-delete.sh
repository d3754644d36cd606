# path apply
if [[ -e $path ]]; then
  rm -f "$path"
  [[ -z $apply ]] || bash -c "$apply" &>/dev/null </dev/null || true
fi
give_up "apply $path"
drop_folders

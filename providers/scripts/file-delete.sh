# path apply
if [[ -e $path ]]; then
  rm -f "$path"
  [[ -z $apply ]] || bash -c "$apply" &>/dev/null </dev/null || true
fi
drop_folders

# Brings a file to its declared content, mode and owner: path content mode owner validate apply sum
user=''
given=$path
resolve_path || fail "there is no such user on the host as $given names"
apply_it() { bash -c "$apply" 2>&1 </dev/null; }
if [[ ! -f $path ]] || ! printf %s "$content" | cmp -s - "$path" || owned "apply $path"; then
  stage=$(mktemp -d /run/watchpost.XXXXXX)
  trap 'rm -rf "$stage"' EXIT
  if [[ -n $validate ]]; then
    mkdir "$stage/new"
    printf %s "$content" >"$stage/new/${path##*/}"
    said=$(bash -c "${validate//'{file}'/$stage/new/${path##*/}}" 2>&1 </dev/null) || fail "refused, and nothing was changed: $(tail -n 12 <<<"$said")"
  fi
  if [[ -n $apply ]]; then
    [[ ! -e $path ]] || cp -a "$path" "$stage/old"
    # on the ledger until it is done: a run that is cut off here would leave it undone for good
    locked own "apply $path"
  fi
  printf %s "$content" | put_file "$path" "$mode" "$owner"
  if [[ -n $apply ]] && ! said=$(apply_it); then
    if [[ -e $stage/old ]]; then put_file "$path" "$(stat -c %a "$stage/old")" "$(stat -c %U:%G "$stage/old")" <"$stage/old"; else rm -f "$path"; fi
    apply_it >/dev/null || true
    give_up "apply $path"
    drop_folders
    fail "'$apply' failed, and the old file is back: $(tail -n 5 <<<"$said")"
  fi
  give_up "apply $path"
else
  chmod "$mode" "$path"
  chown "$owner" "$path"
fi
paths=("$path") sums=("$sum")
file_facts
fact path "$path"

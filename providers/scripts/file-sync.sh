# Brings a file to its declared content, mode and owner: path content mode owner validate apply sum
user=''
fact_of() { file_facts 0 "$path" "$sum"; }
if [[ ! -f $path ]] || ! printf %s "$content" | cmp -s - "$path"; then
  if [[ -n $validate ]]; then
    stage=$(mktemp -d /run/watchpost.XXXXXX)
    trap 'rm -rf "$stage"' EXIT
    printf %s "$content" >"$stage/${path##*/}"
    said=$(bash -c "${validate//'{file}'/$stage/${path##*/}}" 2>&1 </dev/null) || fail "refused, and nothing was changed: $(tail -n 12 <<<"$said")"
  fi
  printf %s "$content" | put_file "$path" "$mode" "$owner"
  if [[ -n $apply ]]; then said=$(bash -c "$apply" 2>&1 </dev/null) || fail "written, but '$apply' failed: $(tail -n 5 <<<"$said")"; fi
else
  chmod "$mode" "$path"
  chown "$owner" "$path"
fi
fact_of

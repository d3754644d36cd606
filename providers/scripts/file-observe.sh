# `{uid:NAME}` in a path is that user's id on the host. Sets path; fails where there is no such user.
resolve_path() {
  local name uid
  [[ $path =~ \{uid:([^{}]+)\} ]] || return 0
  name=${BASH_REMATCH[1]}
  uid=$(id -u "$name" 2>/dev/null) || return 1
  path=${path//"{uid:$name}"/$uid}
}

# The folder of a change of this file is named by the path, without its slashes.
name_change() { change_name="file:${path//\//%}"; }

observe_file() {
  choose_writer
  if ((${#writer[@]})); then
    facts_as_owner
    fact path "$path"
    return 0
  fi
  name_change
  paths=("$path") sums=("$sum")
  file_facts
  fact path "$path"
  [[ ! -e /var/lib/watchpost/changes/$change_name ]] || fact unapplied
}

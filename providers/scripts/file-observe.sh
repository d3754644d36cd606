# `{uid:NAME}` in a path is that user's id on the host. Sets path; fails where there is no such user.
resolve_path() {
  local name uid
  [[ $path =~ \{uid:([^{}]+)\} ]] || return 0
  name=${BASH_REMATCH[1]}
  uid=$(id -u "$name" 2>/dev/null) || return 1
  path=${path//"{uid:$name}"/$uid}
}

# Below a folder that others than root may change, a path may lead elsewhere at any moment: a file is written and read there
# with the rights of its owner alone, and one of root's is refused.

# Whether nobody but root may change where a folder's path leads. In a folder like /tmp everybody changes only his own.
is_roots() { # folder
  local given parts=() uid gid mode
  for given in "$1" "$(realpath -m -- "$1")"; do
    while [[ -n $given ]]; do
      [[ ! -e $given ]] || parts+=("$given")
      given=${given%/*}
    done
  done
  while read -r uid gid mode; do
    ((uid == 0 || uid == EUID)) || return 1
    ((8#$mode & 8#1000 || !(8#$mode & 8#002) && (gid == 0 || !(8#$mode & 8#020)))) || return 1
  done < <(stat -L -c '%u %g %a' -- / "${parts[@]}")
}

# The user who has an id as a subordinate one, and the id that it is for podman's containers of that user.
subordinate() { # /etc/subuid or /etc/subgid, id
  [[ ! -r $1 ]] || awk -F: -v id="$2" '
    id >= $2 + 0 && id < $2 + $3 { print $1, 1 + used[$1] + id - $2; exit }
    { used[$1] += $3 }' "$1"
}

# Sets writer, which runs bash with the rights of the file's owner, and inside, the owner's ids as that bash sees them. It is
# empty where only root can change where the path leads: then root writes.
choose_writer() {
  writer=()
  ! is_roots "${path%/*}" || return 0
  local uid=${owner%:*} gid=${owner#*:} whose whose_group group
  [[ $uid =~ ^[0-9]+$ ]] || uid=$(id -u -- "$uid" 2>/dev/null) || fail "there is no user ${owner%:*} on the host"
  [[ $gid =~ ^[0-9]+$ ]] || gid=$(getent group -- "$gid" | cut -d: -f3) || fail "there is no group ${owner#*:} on the host"
  ((uid != 0 && uid != EUID)) ||
    fail "others than root may change where ${path%/*} leads, and could have root write elsewhere: expected as the owner of $path the user whose folder it is, got $owner"
  read -r whose inside < <(subordinate /etc/subuid "$uid") || true
  if [[ -z ${whose-} ]]; then
    inside=$uid:$gid
    writer=(setpriv --reuid="$uid" --regid="$gid" --clear-groups env -i PATH="$PATH" LC_ALL=C bash -c)
    return 0
  fi
  # in the namespaces that podman has for that user, who else has no right to what is a container's
  read -r whose_group group < <(subordinate /etc/subgid "$gid") || true
  [[ ${whose_group-} == "$whose" ]] || fail "the user $uid is a subordinate id of $whose: expected a group that is one too, got $gid"
  inside+=:$group user=$whose
  enter_scope
  writer=("${runner[@]}" podman unshare bash -c)
}

# A process of somebody else's: what it prints is bounded, and has its time.
as_owner() { # bash, its arguments
  timeout -k 2 30 "${writer[@]}" "$1" bash "${@:2}" 7>&- 8>&- 9>&- | head -c 2097152
}

# shellcheck disable=SC2016 # for the owner's bash
write_as_owner() {
  local said
  [[ -z $validate$apply ]] || fail "others than root may change where ${path%/*} leads: nothing can be run on $path"
  said=$(printf %s "$content" | as_owner '
    set -e
    umask 077
    new=${1%/*}/.${1##*/}.watchpost-new
    rm -f -- "$new"
    cat >"$new"
    chmod -- "$2" "$new"
    chown -- "$3" "$new"
    if [[ -f $1 && ! -L $1 ]] && cmp -s -- "$new" "$1" && [[ $(stat -c "%a %u:%g" -- "$1") == "$2 $3" ]]; then
      rm -f -- "$new"
    else
      sync -- "$new"
      mv -fT -- "$new" "$1"
      sync -- "${1%/*}/"
    fi
  ' "$path" "$mode" "$inside" 2>&1) ||
    fail "cannot write $path with the rights of its owner, $owner, as others than root may change where ${path%/*} leads: $(tail -n 3 <<<"$said")"
}

# shellcheck disable=SC2016
remove_as_owner() {
  local said
  said=$(as_owner 'rm -f -- "$1" "${1%/*}/.${1##*/}.watchpost-new"' "$path" 2>&1) ||
    fail "cannot take away $path with the rights of its owner, $owner: $(tail -n 3 <<<"$said")"
}

# As file_facts of lib.sh, as the owner sees the file.
# shellcheck disable=SC2016
facts_as_owner() {
  local mode size ids digest content seen=$owner lines=()
  mapfile -t lines < <(as_owner '
    [[ -f $1 ]] || exit 0
    stat -c "%a %s %u:%g" -- "$1"
    sha256sum <"$1"
    (($(stat -c %s -- "$1") > 1048576)) || base64 -w0 <"$1"
  ' "$path" 2>/dev/null)
  ((${#lines[@]})) || return 0
  read -r mode size ids <<<"${lines[0]}"
  digest=${lines[1]-} digest=${digest%% *} content=${lines[2]-}
  [[ $mode =~ ^[0-7]{1,4}$ && $size =~ ^[0-9]+$ && $ids =~ ^[0-9]+:[0-9]+$ ]] || return 0
  [[ $digest =~ ^[0-9a-f]{64}$ && $content =~ ^[A-Za-z0-9+/=]*$ ]] || digest='' content=''
  [[ $ids == "$inside" ]] || seen=$ids
  ((size <= 1048576)) || content=$(base64 -w0 <<<"($size bytes, not shown)")
  [[ $digest != "$sum" ]] || content=''
  fact file 0 "$mode" "$seen" "$digest" "$content"
}

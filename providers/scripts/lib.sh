# Every script starts with this. Variables come from script.ts; an empty $user means the system's own manager.
set -euo pipefail
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022
cd /

fail() { printf '%s\n' "$*" >&2; exit 1; }

# One observed fact a line: fact, a word, its values; what is more than a plain word travels as = and base64.
fact() {
  local value
  printf 'fact %s' "$1"
  for value in "${@:2}"; do
    if [[ $value =~ ^[A-Za-z0-9_./:@+-][A-Za-z0-9_./:@+=-]*$ ]]; then printf ' %s' "$value"; else printf ' =%s' "$(printf %s "$value" | base64 -w0)"; fi
  done
  printf '\n'
}

# The scope's own quadlet folder, and what runs a command in it. Root owns the quadlets of a service user too: it must
# not change what it runs. setpriv, unlike runuser and sudo, opens no PAM session and writes no line to the journal.
enter_scope() {
  if [[ -z $user ]]; then quadlets=/etc/containers/systemd runner=(env) manager=(systemctl); return 0; fi
  local gid passwd
  passwd=$(getent passwd "$user") || fail "there is no user $user on the host: it was removed by hand? run pulumi up --refresh"
  IFS=: read -r _ _ uid gid _ home _ <<<"$passwd"
  quadlets=/etc/containers/systemd/users/$uid
  runner=(setpriv --reuid="$uid" --regid="$gid" --init-groups env -i PATH="$PATH" LC_ALL=C HOME="$home" USER="$user"
    XDG_RUNTIME_DIR="/run/user/$uid" DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$uid/bus")
  manager=("${runner[@]}" systemctl --user)
}

# What these start may outlive this job: it holds none of its locks.
as_user() { "${runner[@]}" "$@" 7>&- 8>&- 9>&-; }
ctl() { "${manager[@]}" "$@" 7>&- 8>&- 9>&-; }

# Waits until a condition holds: until_true SECONDS COMMAND...
until_true() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do ((SECONDS < end)) || return 1; sleep 0.05; done
}

# Prints the facts of the files there are: index, mode, owner, sha256, and the content where its sha256 is not the
# expected one, as the arrays paths and sums have it. Owners are names, or the ids by which the array owners has them.
# Of a file of more than 1 MiB the size stands in place of the content.
file_facts() {
  local i sum owner there=() indexes=() digests stats stats_of content
  for i in "${!paths[@]}"; do
    [[ ! -f ${paths[i]} ]] || there+=("${paths[i]}") indexes+=("$i")
  done
  ((${#there[@]})) || return 0
  mapfile -t digests < <(sha256sum -- "${there[@]}")
  mapfile -t stats < <(stat -c '%a %s %U:%G %u:%g %U:%g %u:%G' -- "${there[@]}")
  for i in "${!there[@]}"; do
    sum=${digests[i]%% *} content='' owner=${owners[indexes[i]]-}
    read -r -a stats_of <<<"${stats[i]}"
    [[ -n $owner && " ${stats_of[*]:2} " == *" $owner "* ]] || owner=${stats_of[2]}
    if [[ $sum == "${sums[indexes[i]]}" ]]; then :
    elif ((stats_of[1] > 1048576)); then content=$(base64 -w0 <<<"(${stats_of[1]} bytes, not shown)")
    else content=$(base64 -w0 "${there[i]}"); fi
    fact file "${indexes[i]}" "${stats_of[0]}" "$owner" "$sum" "$content"
  done
}

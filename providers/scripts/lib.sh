# Every script starts with this. Variables come from script.ts; an empty $user means the system's own manager.
set -euo pipefail
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
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
  if [[ -z $user ]]; then quadlets=/etc/containers/systemd runner=(env) manager=(systemctl); return; fi
  local gid passwd
  passwd=$(getent passwd "$user") || fail "there is no user $user on the host: it was removed by hand? run pulumi up --refresh"
  IFS=: read -r _ _ uid gid _ home _ <<<"$passwd"
  quadlets=/etc/containers/systemd/users/$uid
  runner=(setpriv --reuid="$uid" --regid="$gid" --init-groups env -i PATH="$PATH" LC_ALL=C HOME="$home" USER="$user"
    XDG_RUNTIME_DIR="/run/user/$uid" DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$uid/bus")
  manager=("${runner[@]}" systemctl --user)
}

as_user() { "${runner[@]}" "$@"; }
ctl() { "${manager[@]}" "$@"; }

# Waits until a condition holds: until_true SECONDS COMMAND...
until_true() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do ((SECONDS < end)) || return 1; sleep 0.05; done
}

# The ledger of what we made, written before making it, so that a run cut off half-way still knows what is ours.
ledger=/var/lib/watchpost/made
# /run itself is what is locked, so that no lock file stays behind.
locked() { exec 9</run && flock 9 && { "$@"; local status=$?; exec 9<&-; return $status; }; }
owned() { grep -qxF -- "$1" "$ledger" 2>/dev/null; }
own() { owned "$1" || { (umask 077; mkdir -p "${ledger%/*}") && printf '%s\n' "$1" >>"$ledger"; }; }
disown_line() {
  [[ -f $ledger ]] || return 0
  { grep -vxF -- "$1" "$ledger" || true; } >"$ledger.new" && mv "$ledger.new" "$ledger"
  [[ -s $ledger ]] || { rm -f "$ledger"; rmdir "${ledger%/*}" 2>/dev/null || true; }
}
give_up() { locked disown_line "$1"; }

make_folders() {
  [[ ! -d $1 ]] || return 0
  make_folders "$(dirname "$1")"
  locked own "folder $1"
  (umask 022; mkdir -p "$1")
}

# Takes away the folders that we made and that are empty now, innermost first.
drop_folders() {
  local folder
  while read -r folder; do
    rmdir "$folder" 2>/dev/null || true
    [[ -d $folder ]] || give_up "folder $folder"
  done < <(sed -n 's/^folder //p' "$ledger" 2>/dev/null | sort -r)
}

# Puts standard input at a path in one step: nobody ever sees half a file.
put_file() { # path mode owner
  local new
  make_folders "$(dirname "$1")"
  new=$(mktemp "$(dirname "$1")/.watchpost.XXXXXX")
  if cat >"$new" && chmod "$2" "$new" && chown "$3" "$new" && mv -fT "$new" "$1"; then return; fi
  rm -f "$new"
  drop_folders
  fail "cannot write $1"
}

# Prints the facts of the files there are: index, mode, owner, sha256, and the content where its sha256 is not the
# expected one, as the arrays paths and sums have it. Owners are names, or the ids by which the array owners has them.
file_facts() {
  local i sum owner there=() indexes=() digests stats stats_of content
  for i in "${!paths[@]}"; do
    [[ ! -f ${paths[i]} ]] || there+=("${paths[i]}") indexes+=("$i")
  done
  ((${#there[@]})) || return 0
  mapfile -t digests < <(sha256sum -- "${there[@]}")
  mapfile -t stats < <(stat -c '%a %U:%G %u:%g %U:%g %u:%G' -- "${there[@]}")
  for i in "${!there[@]}"; do
    sum=${digests[i]%% *} content='' owner=${owners[indexes[i]]-}
    read -r -a stats_of <<<"${stats[i]}"
    [[ -n $owner && " ${stats_of[*]:1} " == *" $owner "* ]] || owner=${stats_of[1]}
    [[ $sum == "${sums[indexes[i]]}" ]] || content=$(base64 -w0 "${there[i]}")
    fact file "${indexes[i]}" "${stats_of[0]}" "$owner" "$sum" "$content"
  done
}

# Takes away what we made of a service user: user home keep_data
home=${home%/}
forget() { local line; for line in "$@"; do give_up "$line $user"; done; }

# Whether a folder and all in it are the user's, for a ledger of an older version, which does not record who created the home.
all_owned() { # folder uid
  local range others=(! -uid "$2")
  [[ -d $1 && ! -L $1 && $(stat -c %u "$1") == "$2" && $1/ != */../* && $1/ != */./* ]] || return 1
  ! getent passwd | NAME=$user FOLDER=$1 awk -F: '
    $1 != ENVIRON["NAME"] && index($6 "/", ENVIRON["FOLDER"] "/") == 1 { found = 1 }
    END { exit !found }' || return 1
  range=$(ids_of /etc/subuid)
  # files written by the user's containers
  [[ -z $range ]] || others+=(! \( -uid "+$((${range%-*} - 1))" -uid "-$((${range%-*} + ${range#*-}))" \))
  [[ -z $(find "$1" -xdev "${others[@]}" -print -quit) ]]
}

ours() { owned "home $user" && ! owned "found-home $user"; }

remove_home() {
  local mount
  while read -r mount; do umount -l "$mount"; done < <(awk -v home="$home/" 'index($5, home) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
  rm -rf --one-file-system "${home:?}"
}

if ! uid=$(id -u "$user" 2>/dev/null); then
  # left behind by an interrupted run
  ! owned "linger $user" || rm -f "/var/lib/systemd/linger/$user"
  if [[ -z $keep_data && -d $home && ! -L $home ]] && ours && [[ $(stat -c %U "$home") == UNKNOWN ]]; then remove_home; fi
  forget home found-home user linger subuid subgid pause
  drop_folders
  exit 0
fi
[[ -z $keep_data ]] || { drop_folders; exit 0; }
if owned "linger $user"; then loginctl disable-linger "$user"; forget linger; fi
if owned "user $user"; then
  systemctl stop "user@$uid.service" 2>/dev/null || true
  loginctl terminate-user "$user" 2>/dev/null || true
  # podman's pause process and conmons hold the home's mounts
  pkill -KILL -u "$uid" 2>/dev/null || true
  until_true 20 bash -c "! pgrep -u $uid >/dev/null" || fail "processes of $user do not end: $(pgrep -a -u "$uid" | head -n 3)"
  if ours || { ! owned "found-home $user" && all_owned "$home" "$uid"; }; then remove_home; fi
  rm -f "/var/mail/$user" "/var/spool/mail/$user"
  userdel "$user"
  forget home found-home user subuid subgid
else
  for kind in uid gid; do
    owned "sub$kind $user" || continue
    range=$(ids_of "/etc/sub$kind")
    usermod "--del-sub${kind}s" "${range%-*}-$((${range%-*} + ${range#*-} - 1))" "$user"
    forget "sub$kind"
  done
fi
drop_folders

# Takes away what we made of a service user: user keep_data
uid=$(id -u "$user" 2>/dev/null) || { for line in user linger subuid subgid pause; do give_up "$line $user"; done; exit 0; }
home=$(getent passwd "$user" | cut -d: -f6)
[[ -z $keep_data ]] || exit 0
if owned "linger $user"; then loginctl disable-linger "$user"; give_up "linger $user"; fi
if owned "user $user"; then
  systemctl stop "user@$uid.service" 2>/dev/null || true
  loginctl terminate-user "$user" 2>/dev/null || true
  # podman's pause process and conmons hold the home's mounts
  pkill -KILL -u "$uid" 2>/dev/null || true
  until_true 20 bash -c "! pgrep -u $uid >/dev/null" || fail "processes of $user do not end: $(pgrep -a -u "$uid" | head -n 3)"
  while read -r mount; do umount -l "$mount"; done < <(awk -v home="$home/" 'index($5, home) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
  userdel --remove "$user" 2>/dev/null || userdel "$user"
  rm -rf "${home:?}"
  give_up "user $user"
  for kind in uid gid; do give_up "sub$kind $user"; done
else
  for kind in uid gid; do
    owned "sub$kind $user" || continue
    range=$(ids_of "sub$kind")
    usermod "--del-sub${kind}s" "${range%-*}-$((${range%-*} + ${range#*-} - 1))" "$user"
    give_up "sub$kind $user"
  done
fi
drop_folders

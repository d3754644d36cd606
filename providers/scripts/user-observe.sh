# Facts of a service user: user
observe_user() {
  local passwd linger='' ours=''
  passwd=$(getent passwd "$user") || return 0
  [[ ! -e /var/lib/systemd/linger/$user ]] || linger=1
  owned "user $user" && ours=1
  IFS=: read -r _ _ uid gid _ home shell <<<"$passwd"
  fact user "$uid" "$gid" "$ours" "$shell" "$linger" "$(ids_of /etc/subuid)" "$(ids_of /etc/subgid)"
}

# Facts of a service user: user
observe_user() {
  local passwd linger='' ours=''
  passwd=$(getent passwd "$user") || return 0
  [[ ! -e /var/lib/systemd/linger/$user ]] || linger=1
  owned "user $user" && ours=1
  IFS=: read -r _ _ uid gid _ home shell <<<"$passwd"
  fact user "$uid" "$gid" "$ours" "$shell" "$linger" "$(ids_of subuid)" "$(ids_of subgid)"
}

# Start and length of the user's range, as in subuid(5), or nothing.
ids_of() { sed -n "s/^$user:\([0-9]*\):\([0-9]*\)$/\1-\2/p" "/etc/$1" 2>/dev/null | head -n 1; }

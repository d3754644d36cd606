# Brings a service user into being: user home shell range linger
if ! getent passwd "$user" >/dev/null; then
  # destroy removes a home only if it was created here
  if [[ -e $home || -L $home ]]; then
    locked own "found-home $user"
  else
    make_folders "$(dirname "$home")"
    locked own "home $user"
  fi
  locked own "user $user"
  # -K: the range is given below, so that a Debian and a Fedora host end up the same
  useradd --create-home --home-dir "$home" --shell "$shell" --user-group --comment "Watchpost service user" -K SUB_UID_COUNT=0 -K SUB_GID_COUNT=0 "$user" 2>&1 >/dev/null | grep -v '^$' >&2 || true
  getent passwd "$user" >/dev/null || fail "useradd did not make the user"
fi
[[ $(getent passwd "$user" | cut -d: -f7) == "$shell" ]] || ! owned "user $user" || usermod --shell "$shell" "$user"
# one that runs no containers of its own has no subordinate ids
if ((range)); then start=$(next_range "$range"); fi
for kind in uid gid; do
  ((range)) && [[ -z $(ids_of "/etc/sub$kind") ]] || continue
  locked own "sub$kind $user"
  usermod "--add-sub${kind}s" "$start-$((start + range - 1))" "$user"
done
if [[ -n $linger ]]; then
  if [[ ! -e /var/lib/systemd/linger/$user ]]; then
    locked own "linger $user"
    loginctl enable-linger "$user"
  fi
  uid=$(id -u "$user")
  systemctl start "user@$uid.service"
  until_true 30 test -S "/run/user/$uid/bus" || fail "the user's systemd manager did not come up within 30 s: is dbus-user-session installed?"
fi
observe_user

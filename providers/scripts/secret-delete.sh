# user secret
if [[ -z $user ]] || id -u "$user" &>/dev/null; then
  enter_scope
  as_user podman secret rm --ignore "$secret" "$secret.watchpost-new" >/dev/null
fi
drop_folders

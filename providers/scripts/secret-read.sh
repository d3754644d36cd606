# user secret
if [[ -n $user ]] && ! id -u "$user" &>/dev/null; then exit 0; fi
enter_scope
observe_secret() {
  as_user podman secret exists "$secret" 2>/dev/null || return 0
  fact secret "$(as_user podman secret inspect --showsecret --format '{{.SecretData}}' "$secret" | head -c -1 | sha256sum | cut -d' ' -f1)"
}
observe_secret

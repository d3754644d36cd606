# user secret value: the value stays in this shell's memory and in pipes
enter_scope
# podman takes the old one away before it writes the new one: that there is room for it is seen first
try=$secret.watchpost-new
printf %s "$value" | as_user podman secret create --replace "$try" - >/dev/null || {
  as_user podman secret rm --ignore "$try" >/dev/null || true
  fail "cannot write the secret $secret: nothing was changed"
}
as_user podman secret rm "$try" >/dev/null
printf %s "$value" | as_user podman secret create --replace "$secret" - >/dev/null

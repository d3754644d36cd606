# user secret value: the value stays in this shell's memory and in pipes
enter_scope
printf %s "$value" | as_user podman secret create --replace "$secret" - >/dev/null

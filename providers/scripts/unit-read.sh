if [[ -n $user ]] && ! id -u "$user" &>/dev/null; then exit 0; fi
enter_scope
observe_unit

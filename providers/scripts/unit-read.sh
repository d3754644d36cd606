if [[ -n $user ]] && ! id -u "$user" &>/dev/null; then exit 0; fi
enter_unit
observe_unit

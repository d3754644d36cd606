# HTTP by bash alone: a host may have no curl. Whoever listens at a port may answer without an end: time and bytes are bounded
http_ask() { # host:port path version: opens the socket
  local host=${1%:*}
  host=${host#[} host=${host%]}
  exec {socket}<>"/dev/tcp/$host/${1##*:}" || return 1
  printf 'GET %s HTTP/%s\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" "$3" >&"$socket"
}

# Version 1.0, so that no body comes in chunks.
http_get() { # host:port path: the body
  timeout 10 bash -c "$(declare -f http_ask)"'; http_ask "$@" 1.0 && sed "1,/^\r*$/d" <&"$socket"' - "$@" | head -c 16777216
}

http_head() { # host:port path: status and headers, or what kept them from coming
  timeout 5 bash -c "$(declare -f http_ask)"'; http_ask "$@" 1.1 && sed "/^\r*$/q" <&"$socket"' - "$@" 2>&1 | head -c 65536
}

# Takes out of Grafana's database what an earlier deployment made there, and left when it was destroyed and its data
# kept: Grafana refuses to make it again. By bash alone, as a host may have no curl.
# Variables: grafana (host:port), login (user:password), config (Grafana's folder on the host), folder, groups[] points[]
# timings[] (names)

ask() { # method path: the status in $status, the body in $body
  local host=${grafana%:*} answer socket
  host=${host#[} host=${host%]}
  exec {socket}<>"/dev/tcp/$host/${grafana##*:}"
  printf '%s %s HTTP/1.0\r\nHost: localhost\r\nAuthorization: Basic %s\r\nContent-Length: 0\r\n\r\n' \
    "$1" "$2" "$(printf '%s' "$login" | base64 -w 0)" >&"$socket"
  answer=$(cat <&"$socket")
  exec {socket}>&-
  read -r _ status _ <<<"$answer"
  body=${answer#*$'\r\n\r\n'}
}

drop() { # path
  ask DELETE "$1"
  case $status in
  2?? | 404) ;;
  *)
    echo "Grafana does not delete $1, expected status 2xx or 404, got $status: ${body:0:300}" >&2
    exit 1
    ;;
  esac
}

ask GET "/api/folders/$folder"
[[ $status != 404 ]] || exit 0
if [[ $status != 200 ]]; then
  echo "Grafana at $grafana does not tell of its folder $folder, expected status 200 or 404, got $status: ${body:0:300}" >&2
  exit 1
fi
# A folder that was created after the config folder belongs to this deployment. Where the file system has no birth
# times it could: then nothing is deleted, and Grafana itself refuses what is there twice.
created=$(grep -o '"created":"[^"]*"' <<<"$body" | head -n 1 | cut -d'"' -f4) || true
born=$(stat -c %W "$config" 2>/dev/null) || born=
if [[ -n $created && -n $born ]] && ((born == 0 || $(date -d "$created" +%s) >= born)); then exit 0; fi

api=/api/v1/provisioning
drop "$api/policies" # back to Grafana's own, which names none of the others
for name in "${points[@]}"; do
  ask GET "$api/contact-points?name=$name"
  for uid in $(grep -o '"uid":"[^"]*"' <<<"$body" | cut -d'"' -f4); do
    drop "$api/contact-points/$uid"
  done
done
for name in "${timings[@]}"; do
  drop "$api/mute-timings/$name"
done
for name in "${groups[@]}"; do
  drop "$api/folder/$folder/rule-groups/$name"
done
drop "/api/folders/$folder?forceDeleteRules=true" # with its dashboards

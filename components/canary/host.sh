# What the host itself knows of the services as a proof begins: users[]  sources[] whose[] matches[]  units[] owners[]
# window: how far back lines count, in seconds
now=$EPOCHSECONDS
# what it says of containers and users' units has to be of now
systemctl start watchpost-collector.service || true
# lines have the labels of Alloy's config from when it was read
labelled=$(($(stat -c %Y /etc/watchpost/alloy/config.alloy 2>/dev/null || echo 0) + 10))
since=$((labelled > now - window ? labelled : now - window))
fact begun "$now" "$since"

declare -A uids=()
for name in "${users[@]}"; do
  ! uid=$(id -u "$name" 2>/dev/null) || { uids[$name]=$uid && fact user "$name"; }
done

# without the lines that Alloy may drop as noise: whoever wrote them may have said nothing
noise='"PODMAN_EVENT":"(health_status|exec|exec_died)"|UNIT":"[0-9a-f]{64}|containers-storage-|"_TRANSPORT":"(kernel|audit)"'
fields=PODMAN_EVENT,UNIT,USER_UNIT,_SYSTEMD_UNIT,_SYSTEMD_USER_UNIT,_TRANSPORT,MESSAGE
for i in "${!sources[@]}"; do
  uid=${uids[${whose[i]}]:-}
  [[ -n $uid ]] || continue
  mapfile -t match <<<"${matches[i]//%U/$uid}"
  entries=$(journalctl --quiet --no-pager --reverse --since="@$since" --lines=500 --output=json --output-fields="$fields" \
    "${match[@]}" | grep -vE "$noise" | head -n 20) || true
  fact journal "${sources[i]}" "$entries"
done

# the last lines of each ctr.log, after a line that names it: they are the user's files, so the user reads them, in bounds
# shellcheck disable=SC2016 # for the shell of the user
tails='tab=$(printf "\t")
while IFS= read -r line; do
  path=${line##*"$tab"} names=${line#*"$tab"}
  [ ! -f "$path" ] || { printf "\nctr.log\t%s\n" "${names%"$tab"*}"; tail -c 65536 "$path" | tail -n 20 | cut -c 1-2000; }
done <"$0"'
for name in "${!uids[@]}"; do
  user=$name folder=/run/user/${uids[$name]}/watchpost
  [[ $user != root ]] || user='' folder=/run/watchpost-look
  enter_scope
  logs=$(as_user timeout -k 2 10 sh -c "$tails" "$folder/ctr-logs" 2>/dev/null </dev/null | head -c 1048576 | tr -d '\0') || true
  [[ -z $logs ]] || fact ctr_logs "$name" "$logs"
done

for i in "${!units[@]}"; do
  user=${owners[i]}
  [[ $user != root ]] || user=''
  [[ -n ${uids[${owners[i]}]:-} ]] || continue
  enter_scope
  fact unit "${owners[i]}" "${units[i]}" "$(ctl show --property=LoadState,ActiveState,Type,Result -- "${units[i]}" 2>/dev/null || true)"
done

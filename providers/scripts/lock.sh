# One run changes a host at a time: the lock names it, and each of its jobs holds the lock for as long as the job runs.
# run stack operator pid: who we are
lock=$run_folder/lock holder=$run_folder/holder
# seconds: after which a run that gave no sign of life is over, and for how long another one waits
lease=${lease-35} patience=${patience-60}

uptime_seconds() { local seconds; read -r seconds _ </proc/uptime; printf %s "${seconds%%.*}"; }

# Field 2 (the parent) or 20 (the start) of proc_pid_stat(5), counted from the state on: the name before it may hold anything.
stat_field() { # pid field
  local stat
  local -a fields
  read -r stat <"/proc/$1/stat" || return 1
  read -r -a fields <<<"${stat##*) }"
  printf %s "${fields[$2 - 1]}"
} 2>/dev/null

# The sshd that serves this connection, as pid:start; it ends with the connection. Nothing where there is none.
session() {
  local id=$BASHPID name
  while ((id > 1)); do
    read -r name <"/proc/$id/comm" || return 0
    if [[ $name == sshd* || $name == dropbear ]]; then printf '%s:%s' "$id" "$(stat_field "$id" 20)"; return 0; fi
    id=$(stat_field "$id" 2) || return 0
  done
}

read_holder() {
  holder_run='' holder_stack='' holder_operator='' holder_pid='' holder_since='' holder_session='' holder_seen=0
  local key value
  [[ -e $holder ]] || return 0
  while read -r key value; do
    case $key in run | stack | operator | pid | since | session | seen) printf -v "holder_$key" %s "$value" ;; esac
  done <"$holder"
}

# By the clock that nobody sets: the host's uptime.
holder_lives() {
  [[ -n $holder_run ]] || return 1
  [[ -z $holder_session || $(stat_field "${holder_session%:*}" 20) == "${holder_session#*:}" ]] || return 1
  (($(uptime_seconds) - holder_seen < lease))
}

write_holder() { # since
  printf '%s\n' "run $run" "stack $stack" "operator $operator" "pid $pid" "since $1" "session $(session)" "seen $(uptime_seconds)" >"$holder.new"
  chmod 600 "$holder.new"
  mv -f "$holder.new" "$holder"
}

# Says in taken whether the lock is this run's now.
try_lock() {
  taken=''
  umask 077
  exec 8>>"$lock"
  umask 022
  read_holder
  if [[ $holder_run == "$run" ]]; then
    flock -s 8
    write_holder "$holder_since"
    taken=1
  # a job of a run that is over may still be at work
  elif flock -x -n 8 && ! holder_lives; then
    write_holder "$(date -u '+%F %T UTC')"
    flock -s 8
    taken=1
  else
    exec 8>&-
  fi
}

take_lock() {
  wait_for try_lock
  [[ -n $taken ]] ||
    fail "the host is being changed by $holder_operator (stack $holder_stack, process $holder_pid there, since $holder_since), and after $patience s still was: nothing was changed; run this again when that is over"
}

# Tries again until a function sets taken, or patience is at its end. No condition: what fails in it ends the job.
wait_for() { # function
  local end=$((SECONDS + patience))
  locked "$1"
  until [[ -n $taken ]] || ((SECONDS >= end)); do
    sleep 0.3
    locked "$1"
  done
}

# A sign of life of a run between its jobs.
renew_lock() {
  read_holder
  [[ $holder_run != "$run" ]] || write_holder "$holder_since"
}

# What every job that changes the host begins with. With claim the host is the stack's from now on, else it stays whose it is.
start_job() { # claim or ''
  take_lock
  check_ledger
  if check_stack && [[ -n $1 && -n $stack ]]; then own "stack $stack"; fi
  locked put_right_all
}

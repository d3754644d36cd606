#!/bin/bash
# Before the real timeout(1) on the throwaway host, which starts each job's bash: the first job after /root/fault was written is
# the one that the fault in it meets, at one of its commands.
job=${*: -1}
if [[ ! -e /root/fault || $job != eval* ]]; then exec /usr/bin/timeout "$@"; fi
read -r at fault </root/fault
rm -f /root/fault
struck='
__n=0
__step() {
  __n=$((__n + 1))
  [[ $__fault != count || $BASH_SUBSHELL != 0 ]] || printf %s "$__n" >/root/commands
  [[ $__n == "$__at" && ! -e /root/struck ]] || return 0
  : >/root/struck
  local id=$$ name
  case $__fault in
    kill) kill -KILL $$ $BASHPID ;;
    term) kill -TERM $$ ;;
    cut)
      # the sshd that serves the connection
      until read -r name <"/proc/$id/comm" && [[ $name == sshd* ]]; do id=$(sed -n "s/^PPid:\t//p" "/proc/$id/status"); done
      kill -KILL "$id"
      ;;
  esac
}
set -T
trap __step DEBUG
'
exec /usr/bin/timeout "${@:1:$#-1}" "__at=$at __fault=$fault$struck$job"

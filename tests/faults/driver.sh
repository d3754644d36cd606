# Runs one scenario of the fault matrix in a mount namespace of its own: each case is a job of Watchpost's own scripts that a
# fault meets at one of its commands, then what may come between, then the next run. Prints a line a case.
#   driver.sh WORLD   with the scenario in WORLD/scenario/: before (sourced: makes the state before), job, next, read, cases,
#   check (sourced: is_old, is_new, is_whole). A case is: number fault aftermath.
set -uo pipefail
world=$1
scenario=$world/scenario
export FAKE=$world/fake PATH=$world/bin:$PATH
disks=(etc var run)

for disk in "${disks[@]}"; do
  mkdir -p "$world/$disk"
  mount -t tmpfs -o size=2m,mode=755 tmpfs "$world/$disk" || exit 1
done

# A job as the host's bash runs it; at its command AT the fault strikes.
run_job() { # script at fault
  AT=$2 FAULT=$3 WORLD=$world COUNT=$world/count STRUCK=$world/struck timeout 60 bash -c '
    __n=0
    __step() {
      __n=$((__n + 1))
      [[ $AT != 0 || $FAULT != count || $BASH_SUBSHELL != 0 ]] || printf %s "$__n" >"$COUNT"
      [[ $__n == "$AT" && ! -e $STRUCK ]] || return 0
      : >"$STRUCK"
      case $FAULT in
        kill) kill -KILL $$ $BASHPID ;;
        term) kill -TERM $$ ;;
        full) for disk in etc var run; do dd if=/dev/zero of="$WORLD/$disk/.filler" bs=4k 2>/dev/null || true; done ;;
        readonly) for disk in etc var; do mount -o remount,bind,ro "$WORLD/$disk" 2>/dev/null || mount -o remount,ro "$WORLD/$disk"; done ;;
        cut) exec >&5 2>&5 ;;
      esac
    }
    set -T
    trap __step DEBUG
    eval "$(<"$1")"' bash "$1" >"$world/out" 2>"$world/err" </dev/null
} 2>/dev/null

# a connection that nobody reads from any more
mkfifo "$world/cut"
exec 4<>"$world/cut" 5>"$world/cut" 4<&-

mend_disks() {
  for disk in "${disks[@]}"; do mount -o remount,bind,rw "$world/$disk"; mount -o remount,rw "$world/$disk"; rm -f "$world/$disk/.filler"; done
}

wipe() { for disk in "${disks[@]}"; do find "$world/$disk" -mindepth 1 -delete; done; rm -rf "$FAKE"; mkdir -p "$FAKE"; }
keep() { rm -rf "$world/kept"; mkdir "$world/kept"; for each in "${disks[@]}" fake; do cp -a "$world/$each" "$world/kept/"; done; }
restore() {
  wipe
  for each in "${disks[@]}" fake; do cp -a "$world/kept/$each/." "$world/$each/"; done
  rm -f "$world/struck"
}

# What a boot does: /run is empty, the recovery unit runs, then the managers read what lies on the disk and start it.
boot() {
  find "$world/run" -mindepth 1 -delete
  if [[ -L $world/etc/systemd/system/sysinit.target.wants/watchpost-recovery.service ]] && compgen -G "$world/var/lib/watchpost/changes/*/files" >/dev/null; then
    bash "$world/var/lib/watchpost/recovery" || printf 'recovery failed\n'
  fi
  systemctl boot
}

aftermath() {
  case $1 in
    nothing) ;;
    restarts) systemctl restarts-itself ;;
    reboot) boot ;;
    # what was written before is of the future now
    clock) find "$world/etc" "$world/var" "$FAKE" -exec touch -h -d '+1 hour' {} + ;;
  esac
}

leftovers() { find "$world/etc" "$world/var" "$world/run" \( -name '.*watchpost*' -o -name '*.new' -o -path '*/changes/*' -o -path '*/stage/*' \) 2>/dev/null | head -n 3 | tr '\n' ' '; }

. "$scenario/check"
wipe
. "$scenario/before"
keep
restore
run_job "$scenario/job" 0 count
commands=$(<"$world/count")
printf 'commands %s\n' "$commands"
[[ ${2-} != count ]] || exit 0
expected=$(ledger_of)

while read -r at fault after; do
  restore
  run_job "$scenario/job" "$at" "$fault"
  status=$?
  said=$(tail -n 2 "$world/err" | tr '\n' ' '); cp "$world/err" "$world/err1"
  problems=''
  wrong() { problems+="; $1"; }
  [[ -e $world/struck ]] || { printf 'case %s %s %s unmet\n' "$at" "$fault" "$after"; continue; }
  [[ $status != 124 ]] || wrong "the job hangs"
  # half of both only where the run was killed, or the disk lets nobody write, and then it is written down
  is_whole || compgen -G "$world/var/lib/watchpost/changes/*/files" >/dev/null || wrong "half of both on the disk, and no note of it: $(on_disk)"
  if [[ $fault != kill && $fault != readonly ]]; then
    is_whole || wrong "half of both on the disk after the job ended: $(on_disk)"
    ((status == 0)) || ended_well || wrong "failed, yet what runs is $(running)"
  fi
  ((status)) || { is_new && runs_new || wrong "said done: disk $(on_disk), running $(running)"; }
  mend_disks
  aftermath "$after"
  if [[ $after == reboot ]]; then is_whole || wrong "half of both after the boot: $(on_disk)"; fi
  run_job "$scenario/next" 0 none
  status=$?
  ((status == 0)) || wrong "the next run fails with $status: $(tail -n 3 "$world/err" | tr '\n' ' ')"
  is_new || wrong "after the next run on the disk: $(on_disk)"
  runs_new || wrong "after the next run running: $(running)"
  left=$(leftovers)
  [[ -z $left ]] || wrong "left over: $left"
  [[ $(ledger_of) == "$expected" ]] || wrong "ledger: $(ledger_of | tr '\n' ',') expected $(tr '\n' ',' <<<"$expected")"
  if [[ -e $scenario/read ]]; then
    run_job "$scenario/read" 0 none
    reads_clean || wrong "read shows drift: $(tr '\n' ' ' <"$world/out" | cut -c 1-300)"
  fi
  if [[ -z $problems ]]; then printf 'case %s %s %s right\n' "$at" "$fault" "$after"; else printf 'case %s %s %s wrong %s [%s]\n' "$at" "$fault" "$after" "${problems:2}" "$said"; fi
done <"$scenario/cases"

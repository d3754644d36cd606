# What a run of watchpost-collector.service costs: runs it at the start of every second one of some windows of equal length, and
# takes the CPU of the whole host, because podman moves itself out of the unit's cgroup. The timer has to be stopped.
# Arguments: pairs of windows, seconds of a window. Prints {busy: [CPU seconds], quiet: [...], took: [seconds]}.
import json, subprocess, sys, time

pairs, seconds = int(sys.argv[1]), float(sys.argv[2])
UNIT = "watchpost-collector.service"


def host_cpu():
    with open("/sys/fs/cgroup/cpu.stat") as file:
        return int(dict(line.split() for line in file)["usage_usec"]) / 1e6


result = {"busy": [], "quiet": [], "took": []}
for _ in range(pairs):
    for kind in ("busy", "quiet"):
        before, began = host_cpu(), time.monotonic()
        if kind == "busy":
            subprocess.run(["systemctl", "start", UNIT], check=True)
            result["took"].append(time.monotonic() - began)
        time.sleep(max(0, began + seconds - time.monotonic()))
        result[kind].append(host_cpu() - before)
print(json.dumps(result))

# Memory and CPU of what runs on the host over some seconds, by program. Argument: seconds. Prints one JSON object:
# {programs: {comm: {pss, anonymous, cpu}}, total: cpu} with bytes and seconds of CPU. What ended or began in between is only
# in the total, which is the cgroups' own count of everything.
import collections, json, os, sys, time

seconds = float(sys.argv[1])
TICK = os.sysconf("SC_CLK_TCK")


def read(path):
    with open(path) as file:
        return file.read()


def programs():
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            text = read(f"/proc/{pid}/stat")
            fields = text[text.rindex(")") + 2 :].split()
            found[pid, fields[19]] = (read(f"/proc/{pid}/comm").strip(), (int(fields[11]) + int(fields[12])) / TICK)
        except OSError:
            pass  # it ended meanwhile
    return found


def memory(pid):
    lines = dict(line.split(":", 1) for line in read(f"/proc/{pid}/smaps_rollup").splitlines()[1:])
    return {name.lower(): int(lines[name].split()[0]) * 1024 for name in ("Pss", "Anonymous")}


def total():
    return int(dict(line.split() for line in read("/sys/fs/cgroup/cpu.stat").splitlines())["usage_usec"]) / 1e6


before, total_before = programs(), total()
time.sleep(seconds)
after, total_after = programs(), total()
result = collections.defaultdict(lambda: {"pss": 0, "anonymous": 0, "cpu": 0})
for key, (comm, cpu) in after.items():
    if key not in before or int(key[0]) == os.getpid():
        continue
    one = result[comm]
    one["cpu"] += cpu - before[key][1]
    try:
        for name, value in memory(key[0]).items():
            one[name] += value
    except OSError:
        pass
print(json.dumps({"programs": result, "total": total_after - total_before}))

# What a user's peace is while another one has none of it, watched for some seconds: shop's numbered lines on their way to Loki,
# the memory of Alloy and Loki, and how old the measurement of control groups gets. Arguments: Loki's address, seconds. Prints one
# JSON object: late (s, the latest line), lost and lines (lines), containers ({container: {at: when its latest line was seen, in s,
# median: s}}), memory ({program: [the most bytes (PSS), when, in s]}), cgroups_age (s, the most), cgroups_cpu (CPU s).
import http.client, json, os, re, statistics, sys, time, urllib.parse

loki, seconds = sys.argv[1], float(sys.argv[2])
POLL, PAGE = 0.25, 5000
TICK = re.compile(r"^tick (\d+) (\d+)")
METRICS = "/var/lib/watchpost-collector/metrics/cgroups.prom"
CPU = "/sys/fs/cgroup/system.slice/watchpost-cgroups.service/cpu.stat"


def read(path):
    with open(path) as file:
        return file.read()


def resident(program):
    most = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if read(f"/proc/{pid}/comm").strip() == program:
                found = re.search(r"^Pss: +(\d+)", read(f"/proc/{pid}/smaps_rollup"), re.M)
                most = max(most, int(found.group(1)) * 1024)
        except OSError:
            pass  # it ended meanwhile
    return most


def cgroups_cpu():
    return int(re.search(r"^usage_usec (\d+)", read(CPU), re.M).group(1)) / 1e6


def ticks(start):
    parameters = {"query": '{user="shop"} |= "tick"', "start": int(start * 1e9), "limit": PAGE, "direction": "forward"}
    connection = http.client.HTTPConnection(loki, timeout=60)
    connection.request("GET", f"/loki/api/v1/query_range?{urllib.parse.urlencode(parameters)}")
    streams = json.load(connection.getresponse())["data"]["result"]
    connection.close()
    for one in streams:
        for at, line in one["values"]:
            if number := TICK.match(line):
                # journald may take a line long after it was written; the line's own second may be over
                yield one["stream"].get("container", ""), int(number.group(1)), min(int(at) / 1e9, int(number.group(2)) + 1)


class Container:
    """What Loki has of one: numbers up to `next` without a gap, and those beyond it."""

    def __init__(self, first, at):
        self.first, self.next, self.at, self.beyond, self.lates, self.latest = first, first, at, {}, [], (0.0, 0.0)

    def see(self, number, at, now):
        if number < self.next or number in self.beyond:
            return
        self.beyond[number] = at
        self.lates.append(now - at)
        self.latest = max(self.latest, (now - at, now - since))
        while self.next in self.beyond:
            self.at = self.beyond.pop(self.next)
            self.next += 1

    def lost(self):
        return max(self.beyond) + 1 - self.next - len(self.beyond) if self.beyond else 0

    def newest(self):
        return max(self.beyond.values(), default=self.at)


since = time.time()
containers, memory, age, cpu = {}, {"alloy": (0, 0), "loki": (0, 0)}, 0.0, cgroups_cpu()
while time.time() < since + seconds:
    # from the oldest gap on: what comes late comes there
    oldest = min((one.at for one in containers.values()), default=since)
    for name, number, at in ticks(max(oldest, time.time() - 120)):
        if at >= since:
            containers.setdefault(name, Container(number, at)).see(number, at, time.time())
    memory = {program: max(most, (resident(program), time.time() - since)) for program, most in memory.items()}
    age = max(age, time.time() - os.stat(METRICS).st_mtime)
    time.sleep(POLL)
# one whose lines no longer come is as late as that
late = max((max(one.latest[0], time.time() - one.newest()) for one in containers.values()), default=seconds)
whose = {name: {"at": one.latest[1], "median": statistics.median(one.lates)} for name, one in containers.items()}
lost, lines = sum(one.lost() for one in containers.values()), sum(one.next - one.first for one in containers.values())
print(json.dumps({"late": late, "lost": lost, "lines": lines, "containers": whose, "memory": memory}
    | {"cgroups_age": age, "cgroups_cpu": cgroups_cpu() - cpu}))

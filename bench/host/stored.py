# What Loki has of a run of numbered lines, once it has all that the journal had got by now: writes a marker, waits until
# that can be queried, then reads the lines. Arguments: Loki's address, the label `host`, a selector of the lines, the Unix time
# from which on. Prints one JSON object: complete (Unix time of the marker's answer), entries (lines, doubled ones with them),
# numbers (different ones among them).
import http.client, json, re, subprocess, sys, syslog, time, urllib.parse

loki, host, selector, since = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
PAGE, POLL, PATIENCE = 5000, 0.1, 900
NUMBER = re.compile(r"number=(\d+)\b")
connection = http.client.HTTPConnection(loki, timeout=60)


def ask(path, **parameters):
    connection.request("GET", f"/loki/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
    response = connection.getresponse()
    text = response.read().decode()
    if response.status != 200:
        sys.exit(f"Loki answered {response.status}: {text}")
    return json.loads(text)["data"]["result"]


def lines(query, start, limit=PAGE):
    streams = ask("query_range", query=query, start=start, end=time.time_ns(), limit=limit, direction="forward")
    return [(int(at), str(one["stream"]), line) for one in streams for at, line in one["values"]]


# journald reads what comes by other sockets in no order with the marker's
subprocess.run(["journalctl", "--sync"], check=True)
token, written = f"marker_{time.time_ns()}", time.time()
syslog.openlog("watchpost-bench")
syslog.syslog(syslog.LOG_INFO, token)
while not lines(f'{{host="{host}",source="journal"}} |= "{token}"', int((written - 5) * 1e9), 1):
    if time.time() > written + PATIENCE:
        sys.exit(f"a line of the journal was not in Loki after {PATIENCE} s")
    time.sleep(POLL)
complete = time.time()

seen, start = set(), int(since * 1e9)
while True:
    page = lines(selector, start)
    new = set(page) - seen
    if not new:
        break
    seen |= new
    start = max(at for at, _, _ in page)

# the same line at the same time shows up once in a page, and counts as often as it is stored
counted = ask("query", query=f"sum(count_over_time({selector}[{int(time.time() - since) + 1}s]))")
numbers = {number.group(1) for _, _, line in seen if (number := NUMBER.search(line))}
entries = max(len(seen), int(counted[0]["value"][1]) if counted else 0)
print(json.dumps({"complete": complete, "entries": entries, "numbers": len(numbers)}))

# How long a journal line takes to be queryable in Loki: writes lines one after another, at random phases, and asks
# Loki for each until it is there. Arguments: Loki's address, the label `host`, how many lines. Prints one JSON object.
import http.client, json, random, sys, syslog, time, urllib.parse

loki, host, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
POLL = 0.01
connection = http.client.HTTPConnection(loki, timeout=10)
syslog.openlog("watchpost-bench")


def ask(token, since):
    query = f'{{host="{host}",source="journal"}} |= "{token}"'
    parameters = urllib.parse.urlencode({"query": query, "limit": 1, "start": int((since - 1) * 1e9)})
    began = time.monotonic()
    connection.request("GET", f"/loki/api/v1/query_range?{parameters}")
    response = connection.getresponse()
    found = json.load(response)["data"]["result"]
    return bool(found), time.monotonic() - began


waits, queries = [], []
for number in range(count + 1):
    time.sleep(random.uniform(0.2, 0.7))
    token = f"latency_{number}_{time.time_ns()}"
    since, began = time.time(), time.monotonic()
    syslog.syslog(syslog.LOG_INFO, token)
    while True:
        found, took = ask(token, since)
        queries.append(took)
        if found or time.monotonic() - began > 30:
            break
        time.sleep(POLL)
    if number > 0:  # the first one warms up
        waits.append(time.monotonic() - began if found else None)
print(json.dumps({"waits": waits, "queries": queries, "poll": POLL}))

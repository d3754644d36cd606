# Whether lines are still sent in batches under load: writes lines to the journal at a steady rate and reads from Alloy's
# own metrics in how many pushes they went to Loki. Arguments: Alloy's address, lines, seconds. Prints one JSON object.
import http.client, json, re, sys, syslog, time

alloy, lines, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
syslog.openlog("watchpost-bench")


def total(text, name):
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.M))


def sent():
    connection = http.client.HTTPConnection(alloy, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    return total(text, "loki_write_sent_entries_total"), total(text, "loki_write_request_duration_seconds_count")


entries, pushes = sent()
began = time.monotonic()
for number in range(lines):
    syslog.syslog(syslog.LOG_INFO, f"load {number} " + "x" * 100)
    time.sleep(max(0, began + seconds * number / lines - time.monotonic()))
wrote = time.monotonic() - began
deadline = began + wrote + 30
while time.monotonic() < deadline:
    time.sleep(0.2)
    entries_now, pushes_now = sent()
    if entries_now - entries >= lines:
        break
print(json.dumps({"entries": entries_now - entries, "pushes": pushes_now - pushes, "seconds": wrote}))

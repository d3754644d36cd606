import { pipeline } from "../../components/rules/pipeline.ts";
import type { Guest } from "../host/guest.ts";

const watchdog = pipeline.find(({ name }) => name === "Watchdog");

const file = "/etc/grafana-heartbeat-stand-in.json";
// as Grafana: the rule is asked of Prometheus, and told while it holds; that it is over is not told
const program = `import json, time, urllib.parse, urllib.request

beat = json.load(open("${file}"))
query = "http://127.0.0.1:9090/api/v1/query?" + urllib.parse.urlencode({"query": beat["expr"]})
body = json.dumps({"receiver": "heartbeat", "status": "firing", "alerts": [{"status": "firing", "labels": {"alertname": "Watchdog"}}]}).encode()
headers = {"Authorization": "Bearer " + beat["token"], "Content-Type": "application/json"}
while True:
    try:
        result = json.load(urllib.request.urlopen(query, timeout=5))["data"]["result"]
        if result and float(result[0]["value"][1]) > 0:
            urllib.request.urlopen(urllib.request.Request(beat["url"], body, headers, method="POST"), timeout=5)
    except Exception as error:
        print(error, flush=True)
    time.sleep(beat["every"])
`;

const unit = `[Unit]
Description=A stand-in for Grafana's Watchdog and heartbeat, made by Watchpost's tests
BindsTo=watchpost-pod.service
After=watchpost-pod.service
[Service]
ExecStart=/usr/bin/python3 /usr/local/lib/grafana-heartbeat-stand-in.py
Restart=always
RestartSec=1
[Install]
WantedBy=watchpost-pod.service
`;

/** Where the beat goes. */
export interface Beat {
  url: string;
  token: string;
  /** Seconds. */
  every: number;
}

export const heartbeatUnit = "grafana-heartbeat-stand-in.service";

/** Tells the stand-in where the beat goes, and starts it anew. */
export async function sendBeats(guest: Guest, beat: Beat): Promise<void> {
  const input = JSON.stringify({ expr: watchdog?.expr, ...beat });
  await guest.sh(`umask 077; cat >${file}; chown watchpost ${file}`, { input });
  await guest.pod(`systemctl --user restart ${heartbeatUnit}`);
}

/**
 * Puts a stand-in for Grafana's Watchdog on the guest, into the service user's systemd as Grafana itself: it starts and
 * stops with the pod, and is there after a reboot.
 */
export async function startHeartbeat(guest: Guest, beat: Beat): Promise<void> {
  await guest.sh("cat >/usr/local/lib/grafana-heartbeat-stand-in.py", { input: program });
  await guest.sh(`cat >/etc/systemd/user/${heartbeatUnit}`, { input: unit });
  await guest.sh(`systemctl --global enable --quiet ${heartbeatUnit}`);
  await guest.pod("systemctl --user daemon-reload");
  await sendBeats(guest, beat);
}

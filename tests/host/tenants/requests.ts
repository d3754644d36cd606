import type { Guest } from "../guest.ts";

/** The stack's ports on the host's loopback. */
export const ports = { grafana: 3000, loki: 3100, prometheus: 9090, alloy: 12345 };

/** What a user of the host may ask the stack for, to see or to harm others: paths, and whose port. */
export const requests = [
  ["/loki/api/v1/labels", ports.loki],
  ["/loki/api/v1/push", ports.loki],
  ["/ingester/prepare_shutdown", ports.loki],
  ["/api/v1/query?query=up", ports.prometheus],
  ["/api/v1/write", ports.prometheus],
  ["/-/reload", ports.alloy],
  ["/debug/pprof/heap", ports.alloy],
  ["/-/support", ports.alloy],
  ["/login", ports.grafana],
] as const;

const loop = `tried=0 let_in=0
while :; do
  while read -r port path; do
    for host in 127.0.0.1 localhost '[::1]'; do for method in GET POST; do
      tried=$((tried + 1))
      [ "$(curl -sS -m 5 -o /dev/null -w '%{http_code}' -X $method "http://$host:$port$path" 2>/dev/null)" = 000 ] || let_in=$((let_in + 1))
    done; done
  done <~/requests
  echo $tried $let_in >~/requests.count
  sleep 1
done`;

/** Has mallory ask for all of them, over and over. */
export const startRequests = async (guest: Guest): Promise<void> => {
  const list = requests.map(([path, port]) => `${port} ${path}\n`).join("");
  await guest.sh("cat >~/requests", { user: "mallory", input: list });
  await guest.sh("cat >~/requests.sh", { user: "mallory", input: loop });
  await guest.sh("systemd-run --user --quiet --collect --unit=requests bash ~/requests.sh", { user: "mallory" });
};

/** Has mallory stop, and tells how many requests there were and how many were answered, with whatever status. */
export const stopRequests = async (guest: Guest): Promise<{ tried: number; letIn: number }> => {
  const counts = await guest.sh("systemctl --user stop requests; cat ~/requests.count", { user: "mallory" });
  const [tried = 0, letIn = 0] = counts.split(" ").map(Number);
  return { tried, letIn };
};

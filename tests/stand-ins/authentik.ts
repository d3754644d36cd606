import type { Guest } from "../host/guest.ts";

type Labels = Record<string, string>;

/** A series, its value at the start and by how much that grows in a second. */
type Series = [name: string, start: number, perSecond: number];

interface Family {
  name: string;
  type: "counter" | "gauge" | "histogram";
  series: Series[];
}

const named = (name: string, labels: Labels): string =>
  `${name}{${Object.entries(labels).map(([label, value]) => `${label}="${value}"`)}}`;

const gauge = (name: string, value: number, sets: Labels[], perSecond = 0): Family => ({
  name,
  type: "gauge",
  series: sets.map((labels) => [named(name, labels), value, perSecond]),
});

const counter = (name: string, perSecond: number, sets: Labels[]): Family => ({
  name,
  type: "counter",
  series: sets.map((labels) => [named(name, labels), 1000 * perSecond, perSecond]),
});

/** Half of the observations lie under the first bound, half of the rest under the second, and so on. */
const histogram = (name: string, perSecond: number, sets: Labels[], bounds: number[]): Family => {
  const series = (suffix: string, labels: Labels, share: number): Series => {
    const rate = perSecond * share;
    return [named(`${name}_${suffix}`, labels), 1000 * rate, rate];
  };
  const mean = bounds.reduce((sum, bound, index) => sum + bound / 2 ** (index + 1), 0);
  const all = (labels: Labels): Series[] => [
    ...bounds.map((bound, index) => series("bucket", { ...labels, le: `${bound}` }, 1 - 1 / 2 ** (index + 1))),
    series("bucket", { ...labels, le: "+Inf" }, 1),
    series("sum", labels, mean),
    series("count", labels, 1),
  ];
  return { name, type: "histogram", series: sets.flatMap(all) };
};

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const djangoSeconds = [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 25, 50, 75];
const milliseconds = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000, 30000, 60000, 600000];

const none: Labels[] = [{}];
/** A gauge of each process of Authentik's. */
const perProcess = (sets: Labels[]): Labels[] =>
  ["1", "2"].flatMap((pid) => sets.map((labels) => ({ ...labels, pid })));
const tenant: Labels[] = perProcess([{ tenant: "public" }]);
const database: Labels = { alias: "default", vendor: "postgresql" };
const worker: Labels[] = perProcess([{ version: "2026.5.0", version_matched: "True" }]);
const outpost = { tenant: "public", outpost: "authentik Embedded Outpost", uid: "5f0c2a" };
const policy: Labels = {
  binding_order: "10",
  binding_target_name: "default-authentication-flow-password-stage",
  binding_target_type: "policy",
  mode: "execute_process",
  object_type: "authentik.flows.models.FlowStageBinding",
};
const actors = ["authentik.events.tasks.event_trigger_dispatch", "authentik.outposts.tasks.outpost_controller"].map(
  (actor): Labels => ({ queue_name: "default", actor_name: actor }),
);
const views = [
  "authentik_api:flow-executor",
  "authentik_api:user-list",
  "authentik_core:if-user",
  "authentik_providers_oauth2:token",
].flatMap((view): Labels[] => ["GET", "POST"].map((method) => ({ view, method })));

const families = (): Family[] => [
  histogram("authentik_main_request_duration_seconds", 4, [{ dest: "core" }, { dest: "embedded_outpost" }], seconds),
  gauge("authentik_flows_cached", 6, tenant),
  histogram("authentik_flows_plan_time", 0.2, [{ flow_slug: "default-authentication-flow" }], seconds),
  histogram(
    "authentik_flows_execution_stage_time",
    0.4,
    ["password.stage.PasswordStageView", "user_login.stage.UserLoginStageView"].map((stage) => ({
      stage_type: `authentik.stages.${stage}`,
      method: "POST",
    })),
    seconds,
  ),
  gauge("authentik_policies_cached", 12, tenant),
  histogram("authentik_policies_execution_time", 1, [policy], seconds),
  gauge("authentik_outposts_connected", 1, perProcess([{ ...outpost, expected: "1" }])),
  gauge("authentik_outposts_last_update", Date.now() / 1000, perProcess([{ ...outpost, version: "2026.5.0" }]), 1),
  histogram(
    "authentik_outpost_proxy_request_duration_seconds",
    2,
    [{ outpost_name: outpost.outpost, method: "GET", host: "app.example.org", type: "app" }],
    seconds,
  ),
  gauge("authentik_tasks_workers", 1, worker),
  gauge("authentik_admin_workers", 1, worker),
  gauge("authentik_tasks_queued", 2, perProcess(actors)),
  counter("authentik_tasks_total", 0.5, actors),
  counter("authentik_tasks_errors_total", 0.01, actors),
  counter("authentik_tasks_retries_total", 0.005, actors),
  counter("authentik_tasks_rejected_total", 0.001, actors),
  gauge("authentik_tasks_in_progress", 1, perProcess(actors)),
  gauge("authentik_tasks_delayed_in_progress", 0, perProcess(actors)),
  histogram("authentik_tasks_duration_milliseconds", 0.5, actors, milliseconds),
  counter("django_http_requests_before_middlewares_total", 4, none),
  counter(
    "django_http_requests_total_by_method_total",
    2,
    ["GET", "POST"].map((method) => ({ method })),
  ),
  histogram("django_http_requests_latency_seconds_by_view_method", 0.5, views, djangoSeconds),
  counter(
    "django_http_responses_total_by_status_total",
    1.3,
    ["200", "302", "500"].map((status) => ({ status })),
  ),
  counter("django_db_execute_total", 30, [database]),
  counter("django_db_errors_total", 0.01, [{ ...database, type: "OperationalError" }]),
  counter("django_db_new_connections_total", 0.05, [database]),
];

const program = `import json, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

families = json.load(open("/run/authentik-stand-in.json"))
began = time.monotonic()


def lines():
    age = time.monotonic() - began
    for family in families:
        name = family["name"]
        yield f"# HELP {name} A stand-in for Authentik's own, with made-up values."
        yield f"# TYPE {name} {family['type']}"
        for series, start, growth in family["series"]:
            value = start + growth * age
            yield f"{series} {value if '_sum{' in series else int(value)}"


class StandIn(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.split("?")[0] != "/metrics":
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.end_headers()
        self.wfile.write(("\\n".join(lines()) + "\\n").encode())

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("127.0.0.1", 9300), StandIn).serve_forever()
`;

const unit = `[Unit]
Description=A stand-in for Authentik's metrics, made by Watchpost's tests
[Service]
DynamicUser=yes
ExecStart=/usr/bin/python3 /run/authentik-stand-in.py
`;

const start = `
cat >/run/systemd/system/authentik-stand-in.service
systemctl daemon-reload
systemctl restart authentik-stand-in
timeout 20 sh -c 'until curl -sf http://127.0.0.1:9300/metrics >/dev/null; do sleep 0.1; done' && exit
journalctl --unit authentik-stand-in --lines 20 --no-pager >&2
exit 1
`;

/**
 * Runs a stand-in for Authentik on the guest as authentik-stand-in.service: on port 9300 it has the names, types and
 * labels of Authentik's metrics, with made-up values that grow as on a server in use.
 */
export async function startAuthentik(guest: Guest): Promise<void> {
  await guest.sh("cat >/run/authentik-stand-in.json", { input: JSON.stringify(families()) });
  await guest.sh("cat >/run/authentik-stand-in.py", { input: program });
  await guest.sh(start, { input: unit });
}

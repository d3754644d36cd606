import assert from "node:assert/strict";
import { test } from "node:test";
import { grafanaContent } from "../../../components/grafana/content.ts";
import { allRules } from "../../../components/rules/index.ts";
import { putAlerting, putContent, takeContent } from "../around/api-client.ts";
import { liveHost } from "../around/prometheus.ts";
import { quickened } from "../around/quickened.ts";
import { until } from "../around/until.ts";
import { type Rig, token } from "../rig.ts";

/** One rule that the exporter can make fire and stop, for a service of its own. */
const rule = "ContainerUnhealthy";
const [service, container] = ["watchpost", "watchpost-loki"];
const series = `podman_container_health{container="${container}",unit="${container}.service",user="${service}",service="${service}"}`;
const wanted = [rule, "Watchdog"];

/** What reaches people: by a real mail server and a real webhook. */
export const notifications = (rig: Rig): void => {
  test("with all other rules off, those are gone from Grafana", async () => {
    const off = allRules.map(({ name }) => name).filter((name) => !wanted.includes(name));
    const config = { ...rig.config, alerting: { ...rig.config.alerting, off } };
    await takeContent(rig.grafana, grafanaContent(rig.config));
    await putContent(rig.grafana, quickened(grafanaContent(config)));
    const left = await rig.grafana.api<{ title: string }[]>("GET", "/api/v1/provisioning/alert-rules");
    assert.deepEqual(left.map(({ title }) => title).sort(), [...wanted].sort());
  });

  test("Grafana takes contact points, templates, mute timings and the policy", async () => {
    await putAlerting(rig.grafana, rig.config.alerting);
    const points = await rig.grafana.api<{ name: string; settings: Record<string, unknown> }[]>(
      "GET",
      "/api/v1/provisioning/contact-points",
    );
    const names = new Set(points.map(({ name }) => name));
    for (const name of ["ops", "hook", "heartbeat"]) assert.ok(names.has(name), name);
    assert.doesNotMatch(JSON.stringify(points), new RegExp(token));
  });

  test("the heartbeat comes, again and again, to its own address alone", async () => {
    const first = await until("a heartbeat", 90, () => rig.hook.on("/heartbeat")[0]);
    assert.equal(first.body.alerts[0]?.labels.alertname, "Watchdog");
    const again = () => rig.hook.on("/heartbeat").find(({ at }) => at - first.at > 5000);
    const second = await until("another heartbeat", 60, again);
    assert.ok(second.at - first.at < 60_000);
    assert.ok(!rig.hook.on("/alerts").some(({ body }) => body.title.includes("Watchdog")));
    assert.ok(!rig.mail.mails.some(({ subject }) => subject.includes("Watchdog")));
  });

  test("an alert arrives by mail and by webhook", async () => {
    rig.exporter.set(series, 1);
    const title = `CRITICAL ${rule} ${service} on ${liveHost}`;
    const [mail, post] = await Promise.all([rig.mail.get(title, 90), rig.hook.get("/alerts", title, 90)]);
    assert.match(mail.from, /watchpost@example\.org/);
    assert.match(mail.to, /ops@example\.org/);
    const summary = `${container} of ${service} on ${liveHost} is unhealthy`;
    for (const said of [mail.text, post.body.message]) assert.ok(said.includes(summary), said);
    for (const link of [
      "https://git.example.org/watchpost/docs/runbooks/container-unhealthy.md",
      "https://grafana.example.org/d/watchpost-services",
    ])
      assert.ok(mail.text.includes(link), `${link} in ${mail.text}`);
    assert.doesNotMatch(mail.text + mail.subject + post.body.message, /<no value>|\{\{/);
    assert.equal(post.authorization, `Bearer ${token}`);
    assert.deepEqual([post.body.status, post.body.alerts[0]?.labels.severity], ["firing", "critical"]);
  });

  test("and is told when it is over", async () => {
    rig.exporter.set(series, 0);
    const title = `OK ${rule} ${service} on ${liveHost}`;
    const [mail, post] = await Promise.all([rig.mail.get(title, 90), rig.hook.get("/alerts", title, 90)]);
    assert.match(mail.text, /Over:/);
    assert.equal(post.body.status, "resolved");
    assert.match(post.body.message, /^over: /);
  });
};

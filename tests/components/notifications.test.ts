import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { contactPoints } from "../../components/grafana/contact-points.ts";
import { muteTimings, notificationPolicy } from "../../components/grafana/notifications.ts";
import { messageTemplates } from "../../components/grafana/templates.ts";
import { allRules } from "../../components/rules/index.ts";
import { canonical } from "../../config/duration.ts";
import { configWith } from "../config/sample.ts";

const smtp = { host: "mail.example.org:587", from: "watchpost@example.org" };
const points = {
  ops: { emails: ["ops@example.org"] },
  hook: { webhook: { url: "https://hook.example.org/", token: "t" } },
};
const alertingWith = (values: Record<string, unknown> = {}) =>
  configWith({ alerting: { smtp, contactPoints: points, ...values } }).alerting;

/** Who is told of an alert with these labels, as Grafana walks the tree; a muted one tells nobody. */
const toldOf = (labels: Record<string, string>, values?: Record<string, unknown>): string[] => {
  const policy = notificationPolicy(alertingWith(values));
  assert.ok(policy);
  const told: string[] = [];
  for (const { matchers = [], contactPoint = "", muteTimings = [], continue: goOn } of policy.policies) {
    const fits = (matchers as { label: string; value: string }[]).every(({ label, value }) => labels[label] === value);
    if (!fits) continue;
    told.push((muteTimings as string[]).includes("never") ? "nobody" : String(contactPoint));
    if (!goOn) return told;
  }
  return told.length > 0 ? told : [policy.contactPoint];
};

describe("who is told", () => {
  test("is every contact point by default, of each severity that a rule has", () => {
    for (const severity of new Set(allRules.map(({ severity }) => severity)))
      assert.deepEqual(toldOf({ alertname: "X", severity }), ["ops", "hook"]);
  });

  test("depends on the severity", () => {
    const routes = { critical: { contactPoints: ["hook"] }, info: { contactPoints: [] } };
    assert.deepEqual(toldOf({ severity: "critical" }, { routes }), ["hook"]);
    assert.deepEqual(toldOf({ severity: "warning" }, { routes }), ["ops", "hook"]);
    assert.deepEqual(toldOf({ severity: "info" }, { routes }), ["nobody"]);
  });

  test("is the first contact point where a rule of others' has no severity", () => {
    assert.deepEqual(toldOf({ alertname: "mine" }), ["ops"]);
  });

  test("of the Watchdog is the heartbeat and nobody else, whatever its severity", () => {
    const watchdog = allRules.find(({ name }) => name === "Watchdog");
    assert.ok(watchdog, "the rule that always fires");
    const labels = { alertname: watchdog.name, severity: watchdog.severity };
    assert.deepEqual(toldOf(labels, { heartbeat: { url: "https://watch.example.org/" } }), ["heartbeat"]);
    assert.deepEqual(toldOf(labels), ["nobody"]);
  });

  test("is left to Grafana's own policy without contact points", () => {
    assert.equal(notificationPolicy(configWith().alerting), undefined);
    assert.deepEqual(muteTimings(configWith().alerting), {});
  });
});

describe("the notification policy", () => {
  const heartbeat = { url: "https://watch.example.org/", interval: "90s" };
  const routes = { critical: { repeat: "36h" }, warning: { repeat: "24h", muteTimings: ["nights"] } };
  const nights = [{ times: [{ start: "22:00", end: "24:00" }], location: "Europe/Berlin" }];
  const alerting = alertingWith({ heartbeat, routes, groupWait: "90s", muteTimings: { nights } });

  test("tells alerts of one rule and service as one, and of each host by itself", () => {
    const policy = notificationPolicy(alerting);
    const grouped = (policy?.policies ?? []).flatMap(({ groupBies }) => (groupBies ? [groupBies] : []));
    for (const labels of [policy?.groupBies, ...grouped]) assert.deepEqual(labels, ["alertname", "service", "host"]);
  });

  test("spells durations as Grafana gives them back, or each refresh would show a change", () => {
    const text = JSON.stringify(notificationPolicy(alerting));
    const durations = [...text.matchAll(/"(?:groupWait|groupInterval|repeatInterval)":"([^"]+)"/g)].map(([, d]) => d);
    assert.deepEqual([...new Set(durations)].sort(), ["0s", "1d", "1d12h", "1m30s", "1w", "45s", "5m"]);
  });

  test("beats once an interval: at one look an interval, the last beat would be too young at every second one", () => {
    const beat = notificationPolicy(alerting)?.policies?.find(({ contactPoint }) => contactPoint === "heartbeat");
    assert.deepEqual([beat?.groupInterval, beat?.repeatInterval], ["45s", "1m30s"]);
  });

  test("is muted on days that go on into the next week, which Grafana does not take in one piece", () => {
    const days = ["friday:monday", "saturday:sunday", "monday:friday", "tuesday:tuesday", "sunday"];
    const { away } = muteTimings(alertingWith({ muteTimings: { away: [{ weekdays: days }] } }));
    assert.deepEqual(away?.[0]?.weekdays, [
      ...["friday:saturday", "sunday:monday"],
      ...["saturday", "sunday"],
      ...["monday:friday", "tuesday", "sunday"],
    ]);
  });

  test("names mute timings that there are", () => {
    const names = Object.keys(muteTimings(alerting));
    assert.deepEqual(names, ["nights", "never"]);
    for (const { muteTimings: used = [] } of notificationPolicy(alerting)?.policies ?? [])
      for (const name of used as string[]) assert.ok(names.includes(name), name);
  });
});

test("a contact point gets mails, a webhook or both, in Watchpost's words", () => {
  const { ops, hook, heartbeat } = contactPoints({
    alerting: alertingWith({ heartbeat: { url: "https://watch.example.org/" } }),
    encrypted: [],
  });
  assert.deepEqual([ops?.emails?.[0]?.addresses, ops?.webhooks], [["ops@example.org"], undefined]);
  assert.deepEqual([hook?.webhooks?.[0]?.authorizationScheme, hook?.emails], ["Bearer", undefined]);
  assert.equal(heartbeat?.webhooks?.[0]?.disableResolveMessage, true);
  const defined = Object.values(messageTemplates).join("");
  const used = [...`${JSON.stringify([ops, hook])}${defined}`.matchAll(/\{\{ template \\?"([\w.]+)/g)];
  assert.ok(used.length > 4);
  for (const [, name] of used) assert.ok(defined.includes(`{{ define "${name}" -}}`), name);
});

test("a duration is spelt as Prometheus does", () => {
  const spelt = {
    "90s": "1m30s",
    "24h": "1d",
    "36h": "1d12h",
    "7d": "1w",
    "10d": "10d",
    "365d": "1y",
    "1500ms": "1s500ms",
  };
  for (const [given, wanted] of Object.entries(spelt)) assert.equal(canonical(given), wanted);
  assert.equal(canonical("60m"), "1h");
});

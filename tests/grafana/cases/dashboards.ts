import assert from "node:assert/strict";
import { test } from "node:test";
import { grafanaContent } from "../../../components/grafana/content.ts";
import { folderUid } from "../../../components/grafana/dashboards.ts";
import { liveHost } from "../around/prometheus.ts";
import { until } from "../around/until.ts";
import type { Rig } from "../rig.ts";
import { emptyHere } from "../without-data.ts";

interface Target {
  refId: string;
  expr: string;
  hide?: boolean;
}

interface Variable {
  name: string;
  type: string;
  allValue?: string;
  query?: { query?: string };
}

interface Dashboard {
  uid: string;
  title: string;
  panels: { title: string; interval?: string; targets?: Target[] }[];
  templating: { list: Variable[] };
}

interface Result {
  status?: number;
  error?: string;
  frames?: { data?: { values?: unknown[][] } }[];
}

/** How one query of a panel went. */
interface Asked {
  where: string;
  expr: string;
  rows: number;
  error: string | undefined;
}

const hours = 3;

type Fill = (text: string) => string;

/** What a choice at the top offers. */
const offered = async (rig: Rig, { query }: Variable, fill: Fill): Promise<string[] | undefined> => {
  const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(query?.query ?? "") ?? [];
  if (selector === undefined) return undefined;
  const parameters = new URLSearchParams({ "match[]": fill(selector) });
  const path = `/api/datasources/uid/watchpost-prometheus/resources/api/v1/label/${label}/values?${parameters}`;
  return (await rig.grafana.api<{ data: string[] }>("GET", path)).data;
};

// what a browser does with the choices at the top, all of each; Grafana's own variables are left to its server
const chosen = async (rig: Rig, { templating }: Dashboard): Promise<Fill> => {
  const values = new Map<string, string>();
  const fill: Fill = (text) =>
    text.replaceAll(/\$\{?([a-z]\w*)(?::\w+)?\}?/g, (whole, name: string) => values.get(name) ?? whole);
  for (const variable of templating.list) {
    const list = async () => `(${(await offered(rig, variable, fill))?.join("|") ?? ""})`;
    const { name, allValue } = variable;
    values.set(name, name === "host" ? liveHost : (allValue ?? (variable.type === "query" ? await list() : "")));
  }
  return fill;
};

const askPanel = async (rig: Rig, where: string, fill: Fill, panel: Dashboard["panels"][number]): Promise<Asked[]> => {
  const queries = (panel.targets ?? []).map((target) => ({
    ...target,
    expr: fill(target.expr),
    intervalMs: 15_000,
    maxDataPoints: 600,
  }));
  if (queries.length === 0) return [];
  const to = Date.now();
  const body = { from: `${to - hours * 3_600_000}`, to: `${to}`, queries };
  const { status, text } = await rig.grafana.ask("POST", "/api/ds/query", body);
  const { results = {}, message }: { results?: Record<string, Result>; message?: string } = JSON.parse(text);
  return queries.map(({ refId, expr }) => {
    const result = results[refId];
    const good = result !== undefined && result.error === undefined && (result.status ?? status) === 200;
    const rows = (result?.frames ?? []).reduce((sum, { data }) => sum + (data?.values?.[0]?.length ?? 0), 0);
    const error = good ? undefined : (result?.error ?? message ?? `status ${status}`);
    return { where: `${where} > ${panel.title}`, expr, rows, error };
  });
};

/** Every dashboard as it lies in Grafana, and every panel's queries asked by Grafana. */
export const dashboards = (rig: Rig): void => {
  const stored = async (uid: string) =>
    await rig.grafana.api<{ dashboard: Dashboard; meta: { folderUid: string } }>("GET", `/api/dashboards/uid/${uid}`);

  test("every dashboard loads as it was rendered, in its folder", async () => {
    for (const { uid, json } of grafanaContent(rig.config).dashboards) {
      const { dashboard, meta } = await stored(uid);
      // Grafana numbers them
      const { id: _id, version: _version, ...same } = dashboard as Dashboard & { id: number; version: number };
      assert.deepEqual(same, JSON.parse(json), uid);
      assert.equal(meta.folderUid, folderUid);
    }
  });

  test("every panel's query is answered, and finds something or it is known why not", async (t) => {
    // a panel asks along the time, in steps of up to a minute
    const aged = `/api/datasources/proxy/uid/watchpost-prometheus/api/v1/query?${new URLSearchParams({ query: `up{host="${liveHost}",job="node"} offset 90s` })}`;
    await until("the metrics are old enough", 150, async () => {
      const { data } = await rig.grafana.api<{ data: { result: unknown[] } }>("GET", aged);
      return data.result.length > 0 ? true : undefined;
    });
    const asked: Asked[] = [];
    for (const { uid } of grafanaContent(rig.config).dashboards) {
      const { dashboard } = await stored(uid);
      const fill = await chosen(rig, dashboard);
      const began = performance.now();
      for (const panel of dashboard.panels) asked.push(...(await askPanel(rig, dashboard.title, fill, panel)));
      t.diagnostic(`${uid}: ${dashboard.panels.length} panels in ${Math.round(performance.now() - began)} ms`);
    }
    assert.ok(asked.length > 150, `${asked.length} queries`);
    const failed = asked.flatMap(({ where, expr, error }) => (error ? [`${where}: ${error} in ${expr}`] : []));
    assert.deepEqual(failed, []);
    const empty = asked.filter(({ rows }) => rows === 0);
    t.diagnostic(`${asked.length} queries, ${empty.length} without data`);
    for (const one of empty) t.diagnostic(`${one.where}: ${emptyHere(one)}`);
    assert.deepEqual(
      empty.filter((one) => emptyHere(one) === undefined).map(({ where, expr }) => `${where}: ${expr}`),
      [],
    );
  });

  test("every choice at the top has values", async () => {
    const without: string[] = [];
    for (const { uid } of grafanaContent(rig.config).dashboards) {
      const { dashboard } = await stored(uid);
      const fill = await chosen(rig, dashboard);
      for (const variable of dashboard.templating.list)
        if ((await offered(rig, variable, fill))?.length === 0) without.push(`${dashboard.title} > ${variable.name}`);
    }
    assert.deepEqual(without, []);
  });
};

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { renderDashboards } from "../../../components/dashboards/index.ts";
import { dataSourceUids } from "../../../components/pod/data-sources.ts";
import { configWith } from "../../config/sample.ts";
import { variablesIn } from "../../queries/placeholders.ts";
import { type DashboardJson, linksOf, type PanelJson } from "./dashboard-json.ts";

const config = configWith();
const rendered = renderDashboards(config);
const dashboards = rendered.map(({ json }): DashboardJson => JSON.parse(json));
const byUid = new Map(dashboards.map((dashboard) => [dashboard.uid, dashboard]));
const names = ({ templating }: DashboardJson) => templating.list.map(({ name }) => name);
const twice = <T>(values: T[]) => values.filter((value, index) => values.indexOf(value) !== index);

const overlap = (a: PanelJson, b: PanelJson) =>
  a.gridPos.x < b.gridPos.x + b.gridPos.w &&
  b.gridPos.x < a.gridPos.x + a.gridPos.w &&
  a.gridPos.y < b.gridPos.y + b.gridPos.h &&
  b.gridPos.y < a.gridPos.y + a.gridPos.h;

test("there are the six dashboards, under uids that stay", () => {
  assert.deepEqual(
    rendered.map(({ uid }) => uid),
    ["host", "services", "envoy", "zfs", "authentik", "stack"].map((name) => `watchpost-${name}`),
  );
  assert.deepEqual(twice(rendered.map(({ title }) => title)), []);
});

test("the same config gives the same text, whatever order it is asked in", () => {
  assert.deepEqual(renderDashboards(configWith()), rendered);
});

test("a threshold of the config is the colour's limit", () => {
  const json = (fileSystemFree: number) =>
    renderDashboards(configWith({ alerting: { thresholds: { fileSystemFree } } }))[0]?.json ?? "";
  const limits = (text: string) => {
    const { panels }: DashboardJson = JSON.parse(text);
    const panel = panels.find(({ title }) => title === "Fullest disk");
    return panel?.fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value);
  };
  assert.deepEqual(limits(json(0.25)), [null, 0.75]);
  assert.deepEqual(limits(json(0.1)), [null, 0.9]);
});

test("rates are taken over what the scrape intervals allow", () => {
  const slow = { targets: ["127.0.0.1:9901"], kind: "envoy", interval: "5m" };
  const some = renderDashboards(
    configWith({
      prometheus: { scrapeInterval: "1m" },
      services: { edge: { units: ["envoy.service"], metrics: slow } },
    }),
  );
  const intervals = some.map(({ uid, json }) => {
    const { panels }: DashboardJson = JSON.parse(json);
    return [uid, ...new Set(panels.filter(({ type }) => type !== "row").map(({ interval }) => interval))];
  });
  assert.deepEqual(intervals.slice(0, 3), [
    ["watchpost-host", "1m"],
    ["watchpost-services", "1m"],
    ["watchpost-envoy", "5m"],
  ]);
});

for (const dashboard of dashboards)
  describe(`the dashboard ${dashboard.title}`, () => {
    const { panels } = dashboard;
    const asking = panels.filter(({ type }) => type !== "row");

    test("has under 40 panels, rows among them", () => {
      assert.ok(panels.length < 40, `${panels.length} panels`);
    });

    test("has panels with ids and titles of their own", () => {
      assert.deepEqual(twice(panels.map(({ id }) => id)), []);
      assert.deepEqual(twice(panels.map(({ title }) => title)), []);
      assert.ok(panels.every(({ id, title }) => Number.isSafeInteger(id) && id > 0 && title !== ""));
    });

    test("has a place for each panel, on the grid and on no other's", () => {
      for (const [index, one] of panels.entries()) {
        const { x, y, w, h } = one.gridPos;
        assert.ok(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 24, `${one.title} is off the grid`);
        const other = panels.slice(0, index).find((other) => overlap(one, other));
        assert.equal(other?.title, undefined, `${one.title} lies on ${other?.title}`);
      }
    });

    test("asks Watchpost's data sources, each in its own language", () => {
      const known = Object.entries(dataSourceUids).map(([type, uid]) => ({ type, uid }));
      for (const { title, targets = [], datasource } of asking) {
        assert.ok(targets.length > 0, `${title} asks nothing`);
        assert.deepEqual(twice(targets.map(({ refId }) => refId)), [], title);
        for (const { datasource: source } of targets) {
          assert.ok(
            known.some(({ uid, type }) => uid === source.uid && type === source.type),
            `${title} asks ${source.uid}`,
          );
          assert.deepEqual(source, datasource, `${title} asks another data source than the panel's`);
        }
      }
    });

    test("uses no variable that it does not have", () => {
      const known = new Set(names(dashboard));
      const used = [
        ...asking.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
        ...dashboard.templating.list.map(({ name, query }) => [name, JSON.stringify(query)] as const),
      ].flatMap(([where, text]) => variablesIn(text).map((name) => ({ where, name })));
      assert.deepEqual(
        used.filter(({ name }) => !known.has(name)),
        [],
      );
    });

    test("asks, in a variable, only for those before it", () => {
      for (const [index, { name, query }] of dashboard.templating.list.entries()) {
        const before = names(dashboard).slice(0, index);
        assert.deepEqual(
          variablesIn(JSON.stringify(query)).filter((used) => !before.includes(used)),
          [],
          name,
        );
      }
    });

    test("links to dashboards, panels and variables that are there", () => {
      const links = linksOf(dashboard).filter(({ url }) => url.startsWith("/d/"));
      assert.ok(links.length > 0);
      for (const { title, url } of links) {
        const { pathname, searchParams } = new URL(url, "http://grafana");
        const target = byUid.get(pathname.split("/")[2] ?? "");
        assert.ok(target, `${title} leads to ${pathname}`);
        const panel = searchParams.get("viewPanel");
        if (panel !== null)
          assert.ok(
            target.panels.some(({ id }) => `panel-${id}` === panel),
            `${title} leads to a panel that ${target.title} does not have`,
          );
        const set = [...searchParams.keys()].flatMap((key) => (key.startsWith("var-") ? [key.slice(4)] : []));
        assert.deepEqual(
          set.filter((name) => !names(target).includes(name)),
          [],
          title,
        );
      }
    });

    test("leads to each of the others at its top", () => {
      const top = dashboard.links.map(({ url }) => new URL(url, "http://grafana").pathname);
      const others = rendered.filter(({ uid }) => uid !== dashboard.uid).map(({ uid }) => `/d/${uid}`);
      assert.deepEqual(top, others);
    });

    test("leads to Explore with a query that Grafana can read", () => {
      const links = linksOf(dashboard).filter(({ url }) => url.startsWith("/explore"));
      for (const { url } of links) {
        const filled = url.replaceAll(/\$\{[^}]*\}/g, "web");
        const panes = JSON.parse(new URL(filled, "http://grafana").searchParams.get("panes") ?? "");
        const [query] = panes.logs.queries;
        assert.equal(panes.logs.datasource, dataSourceUids.loki);
        assert.match(query.expr, /^\{host="web"(, \w+="\w+")+\}$/);
        assert.deepEqual(panes.logs.range, { from: "web", to: "web" });
      }
    });

    test("shows log lines beside the metrics", () => {
      assert.ok(asking.some(({ type }) => type === "logs"));
    });

    test("says the unit of what is not a plain number of things", () => {
      const without = asking.filter(
        ({ type, fieldConfig }) => ["timeseries", "heatmap"].includes(type) && !fieldConfig?.defaults.unit,
      );
      assert.deepEqual(
        without.map(({ title }) => title),
        [],
      );
    });
  });

import { after, before, describe } from "node:test";
import { grafanaContent } from "../../components/grafana/content.ts";
import { putContent } from "./around/api-client.ts";
import { quickened } from "./around/quickened.ts";
import { dashboards } from "./cases/dashboards.ts";
import { notifications } from "./cases/notifications.ts";
import { ownMetrics } from "./cases/own-metrics.ts";
import { removal } from "./cases/removal.ts";
import { rules } from "./cases/rules.ts";
import { noRig, Rig } from "./rig.ts";

describe("in a real Grafana", { skip: noRig, concurrency: 1 }, () => {
  const rig = new Rig();
  before(async () => {
    await rig.start();
    await putContent(rig.grafana, quickened(grafanaContent(rig.config)));
  });
  after(() => rig.stop());

  describe("rules", { concurrency: 1 }, () => rules(rig));
  describe("dashboards", { concurrency: 1 }, () => dashboards(rig));
  describe("messages", { concurrency: 1 }, () => notifications(rig));
  describe("metrics", { concurrency: 1 }, () => ownMetrics(rig));
  describe("leftovers", { concurrency: 1 }, () => removal(rig));
});

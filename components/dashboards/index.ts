import type { Config } from "../../config/config.ts";
import { type Thresholds, thresholdValues } from "../thresholds.ts";
import { authentikBoard } from "./authentik.ts";
import { type Board, render } from "./board.ts";
import { envoyBoard } from "./envoy.ts";
import { hostBoard } from "./host.ts";
import { servicesBoard } from "./services.ts";
import { stackBoard } from "./stack.ts";
import { zfsBoard } from "./zfs.ts";

/** A dashboard as Grafana's API takes it. */
export interface RenderedDashboard {
  uid: string;
  title: string;
  /** The same text for the same config, so that it makes no change where there is none. */
  json: string;
}

const boards: ((at: Thresholds, config: Config) => Board)[] = [
  hostBoard,
  servicesBoard,
  envoyBoard,
  zfsBoard,
  authentikBoard,
  stackBoard,
];

/** All dashboards, in the order in which they are listed. */
export const renderDashboards = (config: Config): RenderedDashboard[] => {
  const at = thresholdValues(config.alerting.thresholds);
  return boards.map((board) => {
    const { uid = "", title = "", ...rest } = render(board(at, config), config);
    return { uid, title, json: JSON.stringify({ uid, title, ...rest }) };
  });
};

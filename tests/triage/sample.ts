import type { Alert } from "../../triage/alert.ts";
import type { Line, Material } from "../../triage/material.ts";

export const start = Date.UTC(2026, 10, 25, 8, 0, 0);

export const line = (text: string, more: Partial<Line> = {}): Line => ({
  time: start,
  text,
  from: "shop-web",
  level: "info",
  own: true,
  ...more,
});

export const alert = (more: Partial<Alert> = {}): Alert => ({
  name: "ContainerUnhealthy",
  labels: { alertname: "ContainerUnhealthy", host: "web-1", user: "shop", container: "shop-web", service: "shop" },
  annotations: { summary: "shop-web of shop on web-1 is unhealthy" },
  startsAt: start,
  ...more,
});

export const material = (lines: Line[], more: Partial<Material> = {}): Material => ({
  group: { key: "ContainerUnhealthy shop", alerts: [alert()] },
  window: { from: start - 900_000, to: start + 300_000 },
  lines,
  states: [],
  deploys: [],
  gaps: [],
  ...more,
});

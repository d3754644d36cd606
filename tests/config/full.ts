import { heartbeatPath } from "../../components/uptime-watch/heartbeat.ts";
import { hostKey } from "./sample.ts";

const url = "https://hook.example.org/alerts";
const smtp = { host: "smtp.example.org:587", user: "mailer", password: "swordfish", from: "ops@example.org" };

/** A config that has every text there can be; what excludes something else is in `others`. */
export const full = (): Record<string, unknown> => ({
  hosts: {
    web: {
      address: "192.0.2.10",
      user: "root",
      hostKey,
      privateKey: "-----BEGIN OPENSSH PRIVATE KEY-----",
      role: "server",
    },
    outside: { address: "192.0.2.20", user: "root", hostKey, privateKey: "swordfish", role: "watch" },
  },
  pod: { user: "watchpost", home: "/home/watchpost" },
  prometheus: {
    image: "docker.io/prom/prometheus:v3.16.0",
    listen: "127.0.0.1:9090",
    memory: "1G",
    scrapeInterval: "30s",
    retention: { time: "30d", size: "20GB" },
  },
  loki: { archive: "loki.tar", retention: "31d" },
  grafana: {
    rootUrl: "https://grafana.example.org/",
    adminPassword: "swordfish-of-grafana",
    access: "url",
    apiUrl: "https://api.example.org/",
    login: {
      url: "https://auth.example.org/",
      slug: "grafana",
      clientId: "client-of-grafana",
      clientSecret: "swordfish-of-client",
      roles: { GrafanaAdmin: ["admins"], Viewer: ["viewers"] },
      allowedGroups: ["viewers"],
    },
  },
  access: { grafana: ["caddy"] },
  journal: { maxSize: "4G", maxAge: "30d", rateLimit: { interval: "30s" } },
  services: {
    shop: {
      user: "shop",
      containers: ["shop-web"],
      units: ["shop-import.service"],
      metrics: { targets: ["127.0.0.1:8081"], path: "/metrics", interval: "30s", labels: { team: "shop" } },
      health: "http://127.0.0.1:8080/healthz",
      url: "https://shop.example.org/",
    },
  },
  scrape: { far: { targets: ["10.0.0.7:9100"], scheme: "http", by: "prometheus" } },
  logs: { drop: { requests: { service: "shop", match: "GET /healthz" } }, labels: { program: "SYSLOG_IDENTIFIER" } },
  collector: { interval: "1m" },
  alerting: {
    smtp: { ...smtp, fromName: "Watchpost", startTls: "mandatory" },
    contactPoints: {
      ops: { emails: ["ops@example.org"] },
      hook: { webhook: { url, token: "swordfish", scheme: "Bearer" } },
    },
    routes: { critical: { repeat: "4h", contactPoints: ["ops", "hook"], muteTimings: ["nights"] } },
    groupWait: "30s",
    muteTimings: {
      nights: [{ times: [{ start: "00:00", end: "06:00" }], weekdays: ["sunday"], location: "Europe/Berlin" }],
    },
    heartbeat: { url: `https://watch.example.org${heartbeatPath}`, token: "swordfish-of-watch", interval: "1m" },
    repository: "https://git.example.org/ops/watchpost",
    off: ["HostRebooted"],
  },
  watch: {
    user: "watchpost",
    home: "/home/watchpost",
    resolver: "9.9.9.9",
    within: "10m",
    emails: ["ops@example.org"],
    smtp,
    webhook: { url, token: "swordfish", scheme: "Bearer" },
  },
  triage: {
    enabled: true,
    endpoint: "https://vllm.example.org/v1",
    model: "qwen3-32b",
    apiKey: "swordfish",
    contactPoints: ["ops", "hook"],
    mask: { more: { order: "ORD-[0-9]+" } },
  },
});

/** Other forms of parts of it: a host behind a jump host, and an Authentik that gets its side as a file. */
export const others: Record<string, (config: Record<string, unknown>) => Record<string, unknown>> = {
  "behind a jump host": (config) => {
    const { web } = config.hosts as { web: object };
    const jump = { address: "192.0.2.30", user: "ops", hostKey, privateKey: "swordfish" };
    return { ...config, hosts: { web: { ...web, jump: [jump] } } };
  },
  "with a blueprint on the host": (config) => {
    const { login, ...grafana } = config.grafana as { login: object };
    const blueprintFile = { path: "/srv/authentik/watchpost.yaml", owner: "1000:1000", mode: "640" };
    const { clientId: _, clientSecret: __, ...rest } = login as Record<string, unknown>;
    return { ...config, grafana: { ...grafana, login: { ...rest, blueprintFile } } };
  },
};

/** The dashboards' uids: stable, so that rules, mails and bookmarks keep their target. */
export const uids = {
  host: "watchpost-host",
  services: "watchpost-services",
  envoy: "watchpost-envoy",
  zfs: "watchpost-zfs",
  authentik: "watchpost-authentik",
  stack: "watchpost-stack",
} as const;
export type DashboardName = keyof typeof uids;

export const titles: Record<DashboardName, string> = {
  host: "Host",
  services: "Services",
  envoy: "Envoy",
  zfs: "ZFS and replication",
  authentik: "Authentik",
  stack: "Watchpost stack",
};

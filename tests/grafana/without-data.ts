/** A query of a dashboard that finds nothing in this rig. */
interface Empty {
  expr: string;
  where: string;
}

// beside what is so on a throwaway host: here the series are made up, and all of them a minute old
const reasons: { expr?: RegExp; where?: RegExp; why: string }[] = [
  { where: /^Host > The kernel$/, why: "its kernel's one line has no level" },
  { where: /^Services > (Stopped|Unhealthy)$/, why: "its containers are well" },
  { where: /^Envoy > Upstreams that fail$/, why: "its Envoy has seen no failed check" },
  { where: /> Targets down$/, why: "all of its targets answer" },
  { expr: /zrepl_daemon_log_entries.*> 0$/, why: "its zrepl says nothing new" },
  { expr: /dataset_type="snapshot"/, why: "no rule tells of a snapshot" },
  { expr: /loki_discarded_samples_total/, why: "its Loki has refused nothing" },
  { expr: /loki_request_duration_seconds_bucket/, why: "its Loki was asked nothing before" },
  {
    where: /^Watchpost stack > (Growth in a day|Loki's retention)$/,
    why: "it is there only some hours after the start",
  },
  { where: /^Watchpost stack > Notifications$/, why: "its Grafana has told nobody yet" },
];

/** Why a query finds nothing beside an exporter of made-up series; undefined where it has to find something. */
export const emptyHere = ({ where, expr }: Empty): string | undefined =>
  reasons.find((one) => one.expr?.test(expr) || one.where?.test(where))?.why;

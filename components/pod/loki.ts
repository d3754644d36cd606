import { stringify } from "yaml";
import type { Config } from "../../config/config.ts";
import { streamLimits } from "./stream-budgets.ts";

/** Loki's config: one binary, files on a volume, retention bounded by age. Source: Loki 3.7 configuration reference. */
export const lokiYaml = (config: Config): string =>
  stringify({
    auth_enabled: false,
    server: { http_listen_port: 3100, grpc_listen_port: 9096, log_level: "warn" },
    analytics: { reporting_enabled: false },
    common: {
      instance_addr: "127.0.0.1",
      path_prefix: "/loki",
      replication_factor: 1,
      ring: { kvstore: { store: "inmemory" } },
      storage: { filesystem: { chunks_directory: "/loki/chunks", rules_directory: "/loki/rules" } },
    },
    schema_config: {
      configs: [
        {
          // never changed once there is data: a new period is added instead
          from: "2024-04-01",
          store: "tsdb",
          object_store: "filesystem",
          schema: "v13",
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
    storage_config: {
      use_thanos_objstore: false,
      tsdb_shipper: { active_index_directory: "/loki/index", cache_location: "/loki/index_cache" },
    },
    compactor: {
      working_directory: "/loki/compactor",
      retention_enabled: true,
      delete_request_store: "filesystem",
      retention_delete_delay: "2h",
      compaction_interval: "10m",
    },
    ingester: {
      wal: { enabled: true, dir: "/loki/wal", replay_memory_ceiling: "256MB" },
      chunk_encoding: "snappy",
      // one ingester joins no ring that would have to settle first
      lifecycler: { min_ready_duration: "0s", final_sleep: "0s" },
    },
    limits_config: {
      retention_period: config.loki.retention,
      // nobody who reaches the port takes lines away
      deletion_mode: "disabled",
      // in hours, the default, a day's query is 25 that wait for one another: on one machine it takes three times as long
      split_queries_by_interval: "24h",
      reject_old_samples: true,
      // longer than Alloy's journal max_age: what it resumes from is taken
      reject_old_samples_max_age: "168h",
      allow_structured_metadata: true,
      volume_enabled: true,
      discover_log_levels: true,
      // more than one Alloy sends: what Loki refuses is not sent again, and journald has a rate limit of each unit
      ingestion_rate_mb: 256,
      ingestion_burst_size_mb: 512,
      per_stream_rate_limit: "256MB",
      per_stream_rate_limit_burst: "512MB",
      max_global_streams_per_user: 5000,
      ...streamLimits(config),
      max_query_length: "0s",
      max_line_size: "256KB",
      max_line_size_truncate: true,
    },
    query_range: { results_cache: { cache: { embedded_cache: { enabled: true, max_size_mb: 64 } } } },
    // how often the query path looks for its scheduler: by default 10 s, and Loki is not ready before
    frontend: { encoding: "protobuf", scheduler_dns_lookup_period: "250ms" },
    frontend_worker: { dns_lookup_duration: "250ms" },
  });

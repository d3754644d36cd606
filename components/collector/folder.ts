/** Where the host's collector leaves what it found: `metrics/`, `names.alloy`, `ctr-logs.json`. */
export const collectorFolder = "/var/lib/watchpost-collector";

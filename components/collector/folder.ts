/** Where the host's collector leaves what it found: `metrics/`, `names.alloy`. */
export const collectorFolder = "/var/lib/watchpost-collector";

/** Where a user's look leaves the list of ctr.log files, and the reader how much of them it left out. @param id The user's. */
export const listFolder = (id: string): string => (id === "0" ? "/run/watchpost-look" : `/run/user/${id}/watchpost`);

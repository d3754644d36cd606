import { readdirSync, readFileSync } from "node:fs";
import type { Guest } from "./guest.ts";

/** Looks, until stopped, at what every process shows of itself; tells those that showed one of the values. */
export const watchHere = (values: string[]) => {
  const seen = new Set<string>();
  const look = () => {
    for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)))
      for (const file of ["cmdline", "environ"])
        try {
          const shown = readFileSync(`/proc/${pid}/${file}`, "latin1");
          if (values.some((value) => shown.includes(value)))
            seen.add(`${file} of ${readFileSync(`/proc/${pid}/comm`, "latin1").trim()}`);
        } catch {} // it ended meanwhile
  };
  const timer = setInterval(look, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return [...seen];
    },
  };
};

const WATCH = `
cat >/run/watched-values
touch /run/watching
while [[ -e /run/watching ]]; do
  grep -laF -f /run/watched-values /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null |
    while IFS=/ read -r _ _ pid file; do echo "$file of $(cat /proc/$pid/comm)"; done
done | sort -u
rm /run/watched-values
`;

/** The same in the guest. */
export const watchThere = async (guest: Guest, values: string[]) => {
  const seen = guest.sh(WATCH, { input: values.join("\n") });
  await guest.sh("until [[ -e /run/watching ]]; do sleep 0.02; done");
  return {
    async stop() {
      await guest.sh("rm /run/watching");
      return (await seen).split("\n").filter(Boolean);
    },
  };
};

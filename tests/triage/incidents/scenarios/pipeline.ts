import { type Scenario, startUnit, stopUnits } from "../scenario.ts";

/** What goes wrong in the stack itself. */
export const pipeline: Scenario[] = [
  {
    name: "journald-drops",
    about: "a unit writes faster than journald takes its lines",
    rule: "JournaldDropsLines",
    labels: { suppressed_unit: "import.service" },
    provoke: (guest) =>
      startUnit(
        guest,
        "import",
        // journald tells what it dropped with the first line that it takes again
        'for row in $(seq 5000); do echo "row $row imported"; done\nsleep 12; echo "import done"; sleep 1000',
        ["LogRateLimitIntervalSec=10s", "LogRateLimitBurst=200"],
      ),
    undo: (guest) => stopUnits(guest, "import"),
    expected: {
      cause: "import.service writes more lines than its rate limit, so journald drops them",
      says: ["import", "suppress|rate|drop|too (many|fast)|limit"],
      proof: ["Suppressed \\d+ messages|import"],
    },
  },
  {
    name: "loki-down",
    about: "somebody stops Loki; its lines come in once it runs again",
    rule: "DataSourceDown",
    labels: { job: "loki" },
    provoke: (guest) => guest.pod("systemctl --user stop watchpost-loki"),
    mend: (guest) => guest.pod("systemctl --user start watchpost-loki"),
    undo: async () => {},
    expected: {
      cause: "Loki was stopped: its unit, not a crash",
      says: ["loki", "stopp|terminat|shut|not running|down"],
      proof: ["Stopp(ing|ed).*loki|watchpost-loki.*(Stopp|Deactivated)|SIGTERM|Terminat|connection refused"],
    },
  },
  {
    name: "timer-stopped",
    about: "somebody stops the timer of the collector",
    rule: "CollectorStale",
    labels: {},
    thresholds: { collectorAge: 30 },
    provoke: (guest) => guest.sh("systemctl stop watchpost-collector.timer"),
    undo: (guest) => guest.sh("systemctl start watchpost-collector.timer"),
    expected: {
      cause: "the timer watchpost-collector.timer was stopped",
      says: ["timer|collector", "stopp|not run|inactive|deactivat"],
      proof: ["watchpost-collector\\.timer"],
    },
  },
];

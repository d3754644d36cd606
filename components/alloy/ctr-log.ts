import { readerName } from "../ctr-log/units.ts";
import type { RelabelRule } from "../scrape/metric-rules.ts";
import { type Block, block } from "./syntax.ts";

const unit = "__journal__systemd_unit";

/** Whose log it is says the unit that a line comes from: journald knows it by itself, and only systemd starts that unit. */
export const ctrLogRules: RelabelRule[] = [
  {
    source_labels: [unit],
    regex: `${readerName}@([1-9][0-9]*)\\.service`,
    target_label: "user",
    replacement: "uid-$1",
  },
  {
    source_labels: [unit, "__journal__transport"],
    regex: `${readerName}(@[0-9]+|-root)\\.service;stdout`,
    target_label: "ctr_log",
    replacement: "yes",
  },
  // they would be the reader's, not the container's
  ...["pid", "identifier", "transport"].map((label) => ({
    source_labels: ["ctr_log"],
    regex: "yes",
    target_label: label,
    replacement: "",
  })),
];

/** Turns what a reader of ctr.log handed to the journal into what the container wrote; see components/ctr-log/follow.pl. */
export const ctrLogStages = (): Block[] => [
  block("stage.match", { selector: '{ctr_log="yes"} |~ "^ctr[.]log\\\\t"' }, [
    block("stage.regex", {
      expression:
        "^ctr\\.log\\t(?P<container_id>[^\\t]*)\\t(?P<container>[^\\t]*)\\t(?P<unit>[^\\t]*)\\t(?P<written>\\S+ (?P<stream>stdout|stderr) (?s:.*))\\.$",
    }),
    block("stage.output", { source: "written" }),
    // the stream as a label, so that parts of one are not joined with those of the other
    block("stage.labels", { values: { container_id: "", container: "", unit: "", stream: "" } }),
    block("stage.cri", { max_partial_line_size: 262_144, max_partial_line_size_truncate: true }),
    // what Loki would refuse: a log that was there long before us
    block("stage.drop", { older_than: "24h", drop_counter_reason: "too_old" }),
    block("stage.static_labels", {
      values: { source: "ctr.log", job: "ctr.log", level: "unknown", level_in_text: "yes" },
    }),
  ]),
  block("stage.label_drop", { values: ["ctr_log"] }),
];

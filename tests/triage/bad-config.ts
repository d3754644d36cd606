import type { badInputs } from "../config/bad-inputs.ts";

const ops = { webhook: { url: "https://hook.example.org/" } };
const alerting = { contactPoints: { ops } };
const triage = (changes: Record<string, unknown>) => ({ alerting, triage: { enabled: true, ...changes } });

/** What is wrong in the triage. */
export const badTriage: typeof badInputs = [
  [
    "a triage without contact points",
    { triage: { enabled: true } },
    "triage.enabled",
    /contactPoints beside it/,
    "none",
  ],
  [
    "a triage without Grafana",
    { ...triage({}), grafana: { enabled: false } },
    "triage.enabled",
    /expected a Grafana/,
    "none",
  ],
  [
    "a model on the host's loopback",
    triage({ endpoint: "http://127.0.0.1:8000/v1" }),
    "triage.endpoint",
    /expected an address that the pod reaches/,
    "http://127.0.0.1:8000/v1",
  ],
  ["an endpoint that is no URL", triage({ endpoint: "vllm:8000" }), "triage.endpoint", /expected a URL/, "vllm:8000"],
  [
    "a contact point that there is not",
    triage({ contactPoints: ["opps"] }),
    "triage.contactPoints.0",
    /a name of/,
    "opps",
  ],
  [
    "a contact point of our own name",
    { alerting: { contactPoints: { triage: ops } }, triage: { enabled: true } },
    "alerting.contactPoints.triage",
    /a name of Watchpost's own/,
    "another name",
  ],
  ["a masking rule that there is not", triage({ mask: { off: ["mails"] } }), "triage.mask.off.0", /expected/, "mails"],
  [
    "a mask that is no expression",
    triage({ mask: { more: { id: "(" } } }),
    "triage.mask.more.id",
    /regular expression/,
    "(",
  ],
  [
    "a mask that matches nothing",
    triage({ mask: { more: { id: "x*" } } }),
    "triage.mask.more.id",
    /regular expression/,
    "x*",
  ],
  ["a context that is too small", triage({ contextTokens: 512 }), "triage.contextTokens", /2048 tokens or more/, "512"],
  ["a severity that there is not", triage({ severities: ["fatal"] }), "triage.severities.0", /critical/, "fatal"],
  ["a queue of none", triage({ queue: 0 }), "triage.queue", /expected/, "0"],
  ["a timeout without a unit", triage({ timeout: "60" }), "triage.timeout", /expected a duration/, "60"],
];

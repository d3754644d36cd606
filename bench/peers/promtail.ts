import { join } from "node:path";
import { stringify } from "yaml";
import { journalRules, journalStages } from "../../components/alloy/journal.ts";
import { levelStages } from "../../components/alloy/levels.ts";
import type { Block } from "../../components/alloy/syntax.ts";
import { serviceRules } from "../../components/scrape/service-labels.ts";
import { urls } from "../../components/urls.ts";
import { Guest } from "../../tests/host/guest.ts";
import { findGo } from "../../toolchain/go.ts";
import { goBuild } from "../../toolchain/go-build.ts";
import { recipes } from "../../toolchain/recipes.ts";
import type { Stage } from "../stage.ts";

/** Alloy's counter as promtail has it: by its name, and its action one level down. */
const counter = ({ attributes }: Block) => {
  const { name, action, ...rest } = attributes as Record<string, string>;
  return [name, { type: "Counter", ...rest, config: { action } }] as const;
};

/** A stage of Alloy's as promtail has it. Source: promtail 3.6 configuration reference, pipeline_stages. */
const stageOf = ({ name, attributes = {}, blocks = [] }: Block): object => {
  const stage = name.replace("stage.", "");
  if (stage === "metrics") return { metrics: Object.fromEntries(blocks.map(counter)) };
  if (stage === "label_drop") return { labeldrop: attributes.values };
  if (stage === "labels" || stage === "structured_metadata") return { [stage]: attributes.values };
  return { [stage]: { ...attributes, ...(blocks.length > 0 ? { stages: blocks.map(stageOf) } : {}) } };
};

/** Promtail's config for the work that Alloy has with the journal: the same labels, stages and batches. */
const promtailConfig = ({ config, host }: Stage): string =>
  stringify({
    server: { http_listen_address: "127.0.0.1", http_listen_port: 9080, grpc_listen_port: 0 },
    positions: { filename: "/run/promtail-positions.yml" },
    clients: [{ url: urls(config).lokiPushUrl, batchwait: "100ms", external_labels: { host: host.name } }],
    scrape_configs: [
      {
        job_name: "journal",
        journal: { path: "/var/log/journal", max_age: "5s", labels: { source: "journal", job: "journal" } },
        relabel_configs: [...journalRules(config), ...serviceRules(config)],
        pipeline_stages: [...journalStages(), ...levelStages()].map(stageOf),
      },
    ],
  });

const start = `
cat >/run/promtail.yml
systemd-run --quiet --collect --unit=promtail /usr/local/bin/promtail -config.file=/run/promtail.yml
timeout 30 sh -c 'until curl -sf http://127.0.0.1:9080/ready >/dev/null; do sleep 0.1; done' && exit
journalctl --unit promtail --lines 20 --no-pager >&2
exit 1
`;

/** Has promtail take the journal to Loki in Alloy's place while the work runs. */
export const withPromtail = async <Result>(stage: Stage, work: () => Promise<Result>): Promise<Result> => {
  const guest = new Guest(stage.host);
  await guest.putProgram("promtail", join(await goBuild(recipes.promtail, findGo), "promtail"));
  await guest.sh("systemctl stop watchpost-alloy");
  try {
    await guest.sh(start, { input: promtailConfig(stage) });
    return await work();
  } finally {
    await guest.sh("systemctl stop promtail || true; rm -f /run/promtail*; systemctl start watchpost-alloy");
  }
};

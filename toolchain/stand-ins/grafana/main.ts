// A stand-in for the Grafana plugin, for machines that cannot have it: it puts nothing into Grafana, but keeps what it is
// told in the file $GRAFANA_STAND_IN, if that is set, and refuses what Grafana's API refuses. At each call it asks
// $GRAFANA_STAND_IN_URL, if that is set, whether Grafana can be reached.
import type { DiffResult, Provider } from "@pulumi/pulumi/provider/index.js";
import { serve } from "../serve.ts";
import { changedKeys, type Properties, plain } from "../wire.ts";
import { Store } from "./kept.ts";
import { reach } from "./reach.ts";
import { deletionRefusal, kindOf, refusal } from "./refusals.ts";

const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1) ?? urn;

/** Inputs whose change makes it another thing, as the real plugin has it. */
const identity = new Set(["name", "uid", "folderUid", "providerName"]);

const idOf = (kind: string, props: Properties): string => {
  if (kind === "Dashboard") return `Dashboard ${(JSON.parse(String(props.configJson)) as Properties).uid}`;
  return `${kind} ${props.uid ?? props.name ?? props.providerName ?? "policy"}`;
};

class GrafanaStandIn implements Provider {
  version = "2.40.0";
  readonly #store = new Store(process.env.GRAFANA_STAND_IN);

  async check(urn: string, _olds: Properties, news: Properties) {
    const known = typeOf(urn).startsWith("grafana:");
    const reason = `the stand-in for the grafana plugin does not know ${typeOf(urn)}`;
    return { inputs: news, failures: known ? [] : [{ property: "", reason }] };
  }

  async diff(_id: string, _urn: string, olds: Properties, news: Properties): Promise<DiffResult> {
    const changed = changedKeys(olds, news);
    return { changes: changed.length > 0, replaces: changed.filter((key) => identity.has(key)) };
  }

  async create(urn: string, inputs: Properties) {
    await this.#reach();
    const id = idOf(kindOf(typeOf(urn)), plain(inputs) as Properties);
    this.#put(id, urn, inputs);
    return { id, outs: inputs };
  }

  async update(id: string, urn: string, _olds: Properties, news: Properties) {
    await this.#reach();
    this.#put(id, urn, news);
    return { outs: news };
  }

  async read(id: string, _urn: string, props: Properties = {}) {
    await this.#reach();
    if (!this.#store.keeps) return { id, props, inputs: props };
    const found = this.#store.read()[id];
    if (!found) return { id: "", props: {} };
    const seen = changedKeys(props, found.props).length === 0 ? props : found.props;
    return { id, props: seen, inputs: seen };
  }

  async delete(id: string, urn: string, props: Properties) {
    await this.#reach();
    const { [id]: _gone, ...others } = this.#store.read();
    const refused = deletionRefusal(kindOf(typeOf(urn)), plain(props) as Properties, others);
    if (refused) throw new Error(refused);
    this.#store.write(others);
  }

  async #reach(): Promise<void> {
    const url = process.env.GRAFANA_STAND_IN_URL;
    if (url) await reach(url);
  }

  #put(id: string, urn: string, inputs: Properties): void {
    if (!this.#store.keeps) return;
    const { [id]: _before, ...others } = this.#store.read();
    const [type, props] = [typeOf(urn), plain(inputs) as Properties];
    const refused = refusal(kindOf(type), props, others);
    if (refused) throw new Error(refused);
    this.#store.write({ ...others, [id]: { type, props } });
  }
}

serve(new GrafanaStandIn());

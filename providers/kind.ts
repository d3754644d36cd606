import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { watchEngine } from "./engine-watch.ts";
import { addressOf, stackOf } from "./host.ts";
import { ownerFor, underLock } from "./host-lock.ts";
import type { Connection } from "./ssh/connection.ts";
import { connectionTo } from "./ssh/pool.ts";

/** What observing found: the inputs as they are on the host, and what else the state holds. */
export interface Observed<Inputs, Facts> {
  inputs: Inputs;
  facts: Facts;
}

/**
 * One kind of host object: Observe, Ensure, Sync, Return. Each of the three acts on the host in one round trip.
 * `Inputs` is what the program declares, `Facts` what only the host knows; the state holds both.
 */
export interface Kind<Inputs extends object, Facts extends object> {
  /** The id in the state: a path, a unit name. */
  id(inputs: Inputs, facts: Facts): string;
  /** Inputs whose change makes it another object: it is replaced, not updated. */
  identity: (keyof Inputs & string)[];
  /** Whether the old one has to go before the new one can be made; default true. */
  deleteBeforeReplace?: boolean;
  /** Completes or refuses inputs without a host; not called while any of them is unknown. */
  check?(inputs: Inputs): Promise<Inputs>;
  /** Brings the host to `wanted`, whatever it finds there, and returns what it then is. */
  sync(host: Connection, wanted: Inputs, was?: Inputs & Facts): Promise<Facts>;
  /** What is there now; undefined when it is gone. */
  observe(host: Connection, state: Inputs & Facts): Promise<Observed<Inputs, Facts> | undefined>;
  /** Takes away what we made; nothing when it is gone. */
  remove(host: Connection, state: Inputs & Facts): Promise<void>;
}

// the engine's stand-in for a value that is known only after an update
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const hasUnknown = (value: unknown) => JSON.stringify(value).includes(unknown);

const plain = <T extends object>(props: T & { __provider?: unknown }): T => {
  const { __provider, ...rest } = props;
  return JSON.parse(JSON.stringify(rest));
};

const locked = new WeakMap<Connection, Map<string, Connection>>();

/** The host under the lock of this run; one for all resources of this process. */
const changing = (host: Connection, stack: string): Connection => {
  const ofHost = locked.get(host) ?? new Map<string, Connection>();
  locked.set(host, ofHost);
  const known = ofHost.get(stack) ?? underLock(host, ownerFor(stack));
  ofHost.set(stack, known);
  return known;
};

/** The engine's calls, in terms of a kind. `diff` and `check` never need the host. */
export const lifecycle =
  <I extends object, F extends object>(kind: Kind<I, F>) =>
  (config: dynamic.Config): Required<Omit<dynamic.ResourceProvider, "configure">> => {
    watchEngine();
    const host = () => connectionTo(addressOf(config));
    const toChange = () => changing(host(), stackOf(config));
    return {
      async check(_olds: I, news: I) {
        const inputs = plain(news);
        return { inputs: kind.check && !hasUnknown(inputs) ? await kind.check(inputs) : inputs };
      },
      async diff(_id, olds: I & F, news: I) {
        const [was, wanted] = [plain(olds), plain(news)];
        const keys = new Set([...Object.keys(wanted), ...kind.identity]);
        const differing = [...keys].filter((key) => !isDeepStrictEqual(was[key as keyof I], wanted[key as keyof I]));
        return {
          // said outright: left out, the engine compares __provider too and updates for nothing
          changes: differing.length > 0,
          replaces: differing.filter((key) => (kind.identity as string[]).includes(key)),
          deleteBeforeReplace: kind.deleteBeforeReplace ?? true,
        };
      },
      async create(inputs: I) {
        const wanted = plain(inputs);
        const facts = await kind.sync(toChange(), wanted);
        return { id: kind.id(wanted, facts), outs: { ...wanted, ...facts } };
      },
      async read(id, props: I & F) {
        const found = await kind.observe(host(), plain(props));
        if (!found) return {};
        // observing starts from the state, which holds the facts too
        const inputs = Object.fromEntries(Object.entries(found.inputs).filter(([key]) => !(key in found.facts)));
        return { id, props: { ...inputs, ...found.facts }, inputs };
      },
      async update(_id, olds: I & F, news: I) {
        const wanted = plain(news);
        return { outs: { ...wanted, ...(await kind.sync(toChange(), wanted, plain(olds))) } };
      },
      async delete(_id, props: I & F) {
        await kind.remove(toChange(), plain(props));
      },
    };
  };

import type * as pulumi from "@pulumi/pulumi";

/**
 * What Pulumi serializes into the state for each dynamic resource: an import of the module that does the work, and no
 * more. So edited code takes effect at once, also for resources that older code made.
 * @param module Path from the program's folder; never move it while a state refers to it. It exports `provider`.
 */
export const shim = (module: string): pulumi.dynamic.ResourceProvider => {
  const held: { config?: pulumi.dynamic.Config } = {};
  const provider = async () => (await import(module)).provider(held.config);
  return {
    // configure races with the first calls, so it only stores
    configure: async (request) => {
      held.config = request.config;
    },
    check: async (olds, news) => (await provider()).check(olds, news),
    diff: async (id, olds, news) => (await provider()).diff(id, olds, news),
    create: async (inputs) => (await provider()).create(inputs),
    read: async (id, props) => (await provider()).read(id, props),
    update: async (id, olds, news) => (await provider()).update(id, olds, news),
    delete: async (id, props) => (await provider()).delete(id, props),
  };
};

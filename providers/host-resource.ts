import * as pulumi from "@pulumi/pulumi";

/**
 * What the state keeps of a resource's provider: an import of the module that does the work, and no more. So edited
 * code takes effect at once, also for resources that older code made. `pulumi.dynamic.Resource` would write the like by
 * serializing closures, which costs 0.25 s of each run and five times the bytes; the form is that of its dynamic-provider.
 * @param module Path from the program's folder; never move it while a state refers to it. It exports `provider`.
 */
export const providerText = (module: string): string => `const held = {};
const call = (name) => async (...args) => (await import(${JSON.stringify(module)})).provider(held.config)[name](...args);
exports.handler = () => ({
  configure: async ({ config }) => { held.config = config; },
  ...Object.fromEntries(["check", "diff", "create", "read", "update", "delete"].map((name) => [name, call(name)])),
});
`;

/** A resource on a host: give the `Host` as its provider. */
export abstract class HostResource extends pulumi.CustomResource {
  /**
   * @param type Its kind, in state and preview `pulumi-nodejs:dynamic/watchpost:TYPE`.
   * @param facts Names of the outputs that only the host knows.
   */
  constructor(
    type: string,
    module: string,
    name: string,
    inputs: object,
    facts: string[],
    opts: pulumi.CustomResourceOptions,
  ) {
    const unknown = Object.fromEntries(facts.map((fact) => [fact, undefined]));
    const props = { ...inputs, ...unknown, __provider: providerText(module) };
    super(`pulumi-nodejs:dynamic/watchpost:${type}`, name, props, opts);
  }
}

import { flushCompileCache } from "node:module";
import { main, type Provider } from "@pulumi/pulumi/provider/index.js";
import { watchEngine } from "../../providers/engine-watch.ts";

/** Serves the engine, which ends it by a signal: what Node has compiled is kept now, as it would be at an orderly end. */
export const serve = (standIn: Provider): void => {
  main(standIn, process.argv.slice(2));
  watchEngine();
  flushCompileCache();
};

import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import { HostResource } from "./host-resource.ts";
import { type Kind, lifecycle } from "./kind.ts";
import { parseFacts, script } from "./script.ts";

export interface HostFileInputs {
  /** Absolute; `{uid:NAME}` is that user's id on the host. Folders that lack are made, and taken away again with the file. */
  path: string;
  content: string;
  /** Octal, `644`. */
  mode: string;
  /** `user:group`, by name or by id: `root:root`, `1000:1000`. Below a folder that others than root may change it is not root's. */
  owner: string;
  /** Command line that must succeed on the new file, named by `{file}`, before it replaces the old one. */
  validate?: string;
  /** Command line to run after the content changed or the file went. */
  apply?: string;
}

/** The sha256 of a text, in hex. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A file's facts as scripts/lib.sh prints them. Its content is given only where the sha256 differs from the expected. */
export const parseFile = (values: string[]) => {
  const [index, mode = "", owner = "", sum = "", content = ""] = values;
  return { index: Number(index), mode, owner, sum, content: Buffer.from(content, "base64").toString() };
};

export interface HostFileFacts {
  /** The path as it is on the host; absent in states of older versions, whose paths named no user. */
  pathOnHost?: string;
}

const factsOf = (stdout: string): HostFileFacts => {
  const pathOnHost = parseFacts(stdout).find(({ word }) => word === "path")?.values[0];
  return pathOnHost === undefined ? {} : { pathOnHost };
};

const kind: Kind<HostFileInputs, HostFileFacts> = {
  identity: ["path"],
  id: ({ path }) => path,
  async sync(host, wanted) {
    const { path, content, mode, owner, validate, apply } = wanted;
    const stdout = await host.run({
      what: `HostFile ${path}`,
      script: script("file-sync", { path, content, mode, owner, validate, apply, sum: sha256(content) }),
    });
    return factsOf(stdout);
  },
  async observe(host, state) {
    const { path, content, owner } = state;
    const sum = sha256(content);
    const stdout = await host.run({
      what: `HostFile ${path}`,
      script: script("file-read", { path, sum, owner }),
    });
    const fact = parseFacts(stdout).find(({ word }) => word === "file");
    if (!fact) return undefined;
    const seen = parseFile(fact.values);
    const inputs = { ...state, mode: seen.mode, owner: seen.owner, content: seen.sum === sum ? content : seen.content };
    // a run that was cut off wrote the file, or put it back, and nobody has applied that
    if (state.apply !== undefined && parseFacts(stdout).some(({ word }) => word === "unapplied"))
      inputs.apply = "interrupted";
    return { inputs, facts: factsOf(stdout) };
  },
  async remove(host, { path, pathOnHost = path, owner, apply }) {
    await host.run({ what: `HostFile ${path}`, script: script("file-delete", { path: pathOnHost, owner, apply }) });
  },
};

export const provider = lifecycle(kind);

export type HostFileArgs = { [K in keyof HostFileInputs]: pulumi.Input<HostFileInputs[K]> } & {
  mode?: pulumi.Input<string>;
  owner?: pulumi.Input<string>;
};

/** A file on the host: atomic write, owner and mode kept, drift told. */
export class HostFile extends HostResource {
  declare readonly path: pulumi.Output<string>;
  constructor(name: string, args: HostFileArgs, opts: pulumi.CustomResourceOptions) {
    super("HostFile", "./providers/host-file.ts", name, { ...args }, [], opts);
  }
}

import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";

/** A file of a unit as its resource declares it. */
interface File {
  path: string;
  content: pulumi.Input<string>;
}

/** How a test spoils a unit. */
export interface Bend {
  /** The file whose path ends so. */
  file: string;
  /** What is replaced in it: the first match of a pattern, line by line. */
  pattern: string;
  by: string;
  timeoutSeconds?: number;
}

/** By the name of the unit's resource. */
export type Bends = Record<string, Bend>;

/** The project's program with some units spoilt: what no config leads to, a test has to force. */
export const bent =
  (bends: Bends): PulumiFn =>
  async () => {
    pulumi.runtime.registerStackTransformation(({ name, props, opts }) => {
      const bend = bends[name];
      if (!bend) return undefined;
      const { file: end, pattern, by, ...others } = bend;
      const edit = (content: string) => content.replace(new RegExp(pattern, "m"), () => by);
      const files = (props.files as File[]).map((file) =>
        file.path.endsWith(end) ? { ...file, content: pulumi.output(file.content).apply(edit) } : file,
      );
      return { props: { ...props, ...others, files }, opts };
    });
    return (await import("../../index.ts")).default();
  };

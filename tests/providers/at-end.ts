import { appendFile } from "node:fs/promises";
import { onEnd } from "../../providers/engine-watch.ts";
import { type Kind, lifecycle } from "../../providers/kind.ts";

export interface AtEndInputs {
  /** Gets a line once the work of the end is done. */
  file: string;
  /** Whether the work never comes to its end. */
  hangs?: boolean;
  /** Whether the job itself is still at it by then. */
  busy?: boolean;
}

const forever = new Promise<never>(() => {});

const kind: Kind<AtEndInputs, object> = {
  identity: [],
  id: ({ file }) => file,
  async sync(_host, { file, hangs, busy }) {
    onEnd(() => (hangs ? forever : appendFile(file, "done\n")));
    await appendFile(file, "started\n");
    return busy ? forever : {};
  },
  observe: async (_host, state) => ({ inputs: state, facts: {} }),
  remove: async () => {},
};

/** A resource that has something to do when its provider's process ends. */
export const provider = lifecycle(kind);

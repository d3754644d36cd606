import { appendFile } from "node:fs/promises";
import { type Kind, lifecycle } from "../../providers/kind.ts";

export interface SlowJobInputs {
  /** Gets a line once the job has begun. */
  file: string;
  /** Whether the job never comes to its end. */
  endless?: boolean;
}

const kind: Kind<SlowJobInputs, object> = {
  identity: [],
  id: ({ file }) => file,
  async sync(_host, { file, endless }) {
    await appendFile(file, "started\n");
    return endless ? new Promise<never>(() => {}) : {};
  },
  observe: async (_host, state) => ({ inputs: state, facts: {} }),
  remove: async () => {},
};

/** A resource whose job may be under way when the engine ends. */
export const provider = lifecycle(kind);

import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** Asserts that an operation changed nothing, and had something to change. */
export const onlySame = ({ changes }: { changes: Record<string, number | undefined> }): void => {
  const { same = 0, ...others } = changes;
  assert.deepEqual(others, {});
  assert.ok(same > 10, `${same} resources`);
};

/** What the engine says when an operation fails, as its user reads it. */
export const failure = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  throw new assert.AssertionError({ message: "expected the operation to fail, it went well" });
};

type Listener = { onEvent: (event: EngineEvent) => void };

/** What an operation does to which resources, by name; those that it leaves alone are left out. */
export const doneBy = async (operation: (listener: Listener) => Promise<unknown>): Promise<Record<string, string>> => {
  const done: Record<string, string> = {};
  await operation({
    onEvent: ({ resourcePreEvent, resOutputsEvent }) => {
      const metadata = (resOutputsEvent ?? resourcePreEvent)?.metadata;
      if (metadata === undefined || ["same", "read", "refresh"].includes(metadata.op)) return;
      if (metadata.type.startsWith("pulumi:providers:")) return;
      const op = /replace/.test(metadata.op) ? "replace" : metadata.op;
      done[metadata.urn.split("::").at(-1) ?? ""] = op;
    },
  });
  return done;
};

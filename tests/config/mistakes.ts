import assert from "node:assert/strict";
import { ConfigError } from "../../config/errors.ts";
import { readConfig } from "../../config/read.ts";
import { hosts, raw } from "./sample.ts";

/** The mistakes that a config is refused for: message by path. */
export const mistakes = (values: Record<string, unknown>): Record<string, string> => {
  try {
    readConfig(raw({ hosts, ...values }));
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    for (const { path, message } of error.problems) assert.ok(error.message.includes(`${path}: ${message}`));
    return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]));
  }
  return assert.fail("it was taken");
};

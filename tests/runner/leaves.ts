import type { TestEvent } from "node:test/reporters";
import { explain } from "./explain.ts";
import type { Outcome } from "./outcome.ts";

const reasonOf = (given: string | boolean | undefined) =>
  typeof given === "string" && given ? given : "no reason given";

/**
 * Turns the events of one test file into the outcomes of its leaf tests: a suite counts only through its tests, except
 * where it failed by itself (a hook) or was skipped as a whole.
 */
export const leaves = (file: string, absolute: string) => {
  // names from the outermost suite to the test that runs; a parent's start comes before, its end after its children's
  const names: string[] = [];
  const withChildren = new Set<number>();
  return (event: TestEvent): Outcome | undefined => {
    if (event.type === "test:start") {
      names.length = event.data.nesting;
      names.push(event.data.name);
      withChildren.delete(event.data.nesting);
      withChildren.add(event.data.nesting - 1);
      return undefined;
    }
    if (event.type !== "test:pass" && event.type !== "test:fail") return undefined;
    const { name, nesting, skip, todo, details } = event.data;
    const whole = name === absolute;
    const outcome = {
      file,
      path: whole ? [] : [...names.slice(0, nesting), name],
      seconds: details.duration_ms / 1000,
    };
    if (skip !== undefined) return { ...outcome, status: "skipped", reason: reasonOf(skip) };
    if (todo !== undefined) return { ...outcome, status: "skipped", reason: `to do: ${reasonOf(todo)}` };
    if (event.type === "test:fail") {
      const { error } = event.data.details;
      // its tests have told already
      if ("failureType" in error && error.failureType === "subtestsFailed") return undefined;
      return { ...outcome, status: "failed", reason: explain(error) };
    }
    if (whole) return { ...outcome, status: "failed", reason: "no test of it came to its end" };
    return withChildren.has(nesting) || details.type === "suite" ? undefined : { ...outcome, status: "passed" };
  };
};

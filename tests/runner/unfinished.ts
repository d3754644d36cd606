import type { TestEvent } from "node:test/reporters";

/** Follows the tests of a file that were begun: a process that ends early, even with 0, takes them with it unsaid. */
export const unfinished = () => {
  const begun: string[] = [];
  return {
    see({ type, data }: TestEvent): void {
      if (type !== "test:enqueue" && type !== "test:pass" && type !== "test:fail") return;
      const key = JSON.stringify([data.nesting, data.line, data.column, data.name]);
      if (type === "test:enqueue") begun.push(key);
      else if (begun.includes(key)) begun.splice(begun.indexOf(key), 1);
    },
    /** Their names. */
    names: (): string[] => begun.map((key) => JSON.parse(key)[3]),
  };
};

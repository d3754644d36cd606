/** The error of a failed test for people: what it says and where, without the test runner's own frames. */
export const explain = (error: Error & { exitCode?: number | null; signal?: string | null }): string => {
  // of a whole file: the test runner only says "test failed"
  if (error.signal) return `its process was ended by ${error.signal}`;
  if (error.exitCode) return `its process exited ${error.exitCode}`;
  const cause: unknown = error.cause ?? error;
  if (!(cause instanceof Error)) return String(cause);
  const [message, frames] = (cause.stack ?? cause.message).split(/\n(?= {4}at )/, 2);
  if (frames === undefined) return message ?? "";
  const own = (cause.stack ?? "").split("\n").filter((line) => /^ {4}at /.test(line) && !line.includes("node:"));
  return [message, ...own].join("\n");
};

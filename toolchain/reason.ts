import { CommandError } from "./command.ts";

const isError = (line: string) => /^(E|error|fatal|npm error): ?/i.test(line);

/** Why something failed, in one line: of a command, how it ended and the line of its output that tells most. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [head = "", ...lines] = error.message.split("\n");
  if (!(error instanceof CommandError)) return head;
  const said = lines.map((line) => line.trim()).filter(Boolean);
  const line = said.find(isError) ?? said.at(-1);
  return line ? `${head} ${line}` : head;
}

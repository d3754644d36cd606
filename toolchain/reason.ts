import { CommandError } from "./command.ts";

const MOST = 100;

/** What tells most of a command's output, best first; a full disk shows in many words after that. */
const telling = [/no space left on device/i, /^(E|error|fatal|npm error): ?/i];

const shortened = (head: string) =>
  head.replace(/^`(.*)`/s, (_, command: string) =>
    command.length > MOST ? `\`${command.slice(0, MOST)}...\`` : `\`${command}\``,
  );

/** Why something failed, in one line: of a command, how it ended and the line of its output that tells most. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [head = "", ...lines] = error.message.split("\n");
  if (!(error instanceof CommandError)) return head;
  const said = lines.map((line) => line.trim()).filter(Boolean);
  const found = telling.map((shape) => said.find((line) => shape.test(line))).find(Boolean) ?? said.at(-1);
  return [shortened(head), found].filter(Boolean).join(" ");
}

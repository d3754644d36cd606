/** Facts as scripts/lib.sh prints them; every value in the form that any text can have. */
export const facts = (...lines: [word: string, ...values: string[]][]): string =>
  lines
    .map(([word, ...values]) => [word, ...values.map((value) => `=${Buffer.from(value).toString("base64")}`)])
    .map((words) => `fact ${words.join(" ")}\n`)
    .join("");

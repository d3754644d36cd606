import { execFileSync } from "node:child_process";

const id = (flag: string) => execFileSync("id", [flag], { encoding: "utf8" }).trim();

/** The only owner that whoever runs the tests may give to a file. */
export const owner = `${id("-un")}:${id("-gn")}`;

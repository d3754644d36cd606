import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const canRun = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const program =
  process.env.WATCHPOST_BROWSER ??
  names.flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name))).find(canRun);

/** Why no browser can be opened; false where one can. */
export const noBrowser: string | false =
  program === undefined && `no browser is on PATH (${names.join(", ")}), and WATCHPOST_BROWSER names none`;

/** Opens Chromium without a window. Its sandbox does without a user namespace only for others than root. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: program ?? "", chromiumSandbox: process.getuid?.() !== 0 });

import { join } from "node:path";
import type { Browser, Page, Request } from "playwright-core";
import { breakGlass } from "../components/pod/grafana-ini.ts";
import { until } from "../throwaway/until.ts";

export interface Seen {
  /** Of Grafana, without a slash at the end. */
  url: string;
  /** Of the break-glass login. */
  password: string;
  /** How far back the dashboards look. */
  minutes: number;
}

/** Pixels; a dashboard's 24 columns need some width, and a page of docs scales it down. */
const width = 1500;
/** Pixels of a picture at most: below are mostly log lines, which make files large. */
const highest = 2000;

/** Waits until for two seconds no panel has been empty, or waited for an answer. */
const loaded = (page: Page, asked: ReadonlySet<Request>): Promise<true> => {
  let quietSince = performance.now();
  return until("all panels have loaded", 60_000, async () => {
    const contents = page.getByTestId("data-testid panel content");
    const empty = await contents.evaluateAll((all) => all.filter((one) => one.childElementCount === 0).length);
    const busy = asked.size + empty + (await page.getByLabel("Panel loading bar").count());
    if (busy > 0 || (await contents.count()) === 0) quietSince = performance.now();
    return performance.now() - quietSince > 2000 ? true : undefined;
  });
};

/** The requests of a page that are under way. */
const watchRequests = (page: Page): ReadonlySet<Request> => {
  const asked = new Set<Request>();
  page.on("request", (request) => asked.add(request));
  page.on("requestfinished", (request) => asked.delete(request));
  page.on("requestfailed", (request) => asked.delete(request));
  return asked;
};

/** Pixels from the top to the end of the last panel: those out of sight do not load. */
const heightOf = (page: Page): Promise<number> =>
  page
    .locator(".react-grid-item")
    .evaluateAll((all) => Math.max(...all.map((one) => one.getBoundingClientRect().bottom)));

/**
 * Takes pictures of dashboards as the break-glass admin sees them, without Grafana's own menus.
 * @param uids Of the dashboards.
 * @returns The files, in the same order.
 */
export const takePictures = async (
  browser: Browser,
  { url, password, minutes }: Seen,
  uids: readonly string[],
  folder: string,
): Promise<string[]> => {
  const login = Buffer.from(`${breakGlass.user}:${password}`).toString("base64");
  const context = await browser.newContext({
    viewport: { width, height: 1000 },
    colorScheme: "light",
    extraHTTPHeaders: { Authorization: `Basic ${login}` },
  });
  const page = await context.newPage();
  const asked = watchRequests(page);
  const files: string[] = [];
  for (const uid of uids) {
    await page.setViewportSize({ width, height: 1000 });
    await page.goto(`${url}/d/${uid}?kiosk&_dash.hideTimePicker=true&theme=light&from=now-${minutes}m&to=now`);
    await page.locator(".react-grid-item").first().waitFor();
    const height = Math.min(highest, Math.ceil(await heightOf(page)) + 16);
    await page.setViewportSize({ width, height });
    await loaded(page, asked);
    const file = join(folder, `${uid.replace(/^watchpost-/, "")}.png`);
    await page.screenshot({ path: file });
    files.push(file);
  }
  await context.close();
  return files;
};

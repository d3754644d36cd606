import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { askOnce } from "./refusals.ts";
import { sumOf } from "./sums.ts";

const CONNECT_MS = 5_000;
const DOWNLOAD_MS = 15 * 60_000;

/** A vendor's host that does not answer, or that refuses. */
export class VendorUnreachable extends Error {
  override name = "VendorUnreachable";
}

const answers = new Map<string, Promise<string | undefined>>();

/** Why an address cannot be reached, undefined when it can. */
async function probe(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(CONNECT_MS) });
    // A registry asks to log in (401) and a bare host may have no front page (404): both are there.
    return response.ok || [401, 404, 405].includes(response.status) ? undefined : `it answers ${response.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/**
 * Why the host of a URL cannot be reached, undefined when it can. Asked once, for at most 5 s: one "no" stands for
 * everything of that host.
 */
export function whyUnreachable(url: string): Promise<string | undefined> {
  const { origin, host } = new URL(url);
  const known = answers.get(origin);
  if (known) return known;
  const answer = askOnce(host, () => probe(url));
  answers.set(origin, answer);
  return answer;
}

/** Refuses with VendorUnreachable when the host of a URL is not there. */
export async function requireReachable(url: string): Promise<void> {
  const reason = await whyUnreachable(url);
  if (reason) throw new VendorUnreachable(`${new URL(url).host} cannot be reached (${reason})`);
}

/** The sha256 of a file in hex. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/**
 * Downloads a URL into a file, whatever it is: for callers that check what they got by a sum of another kind.
 * @throws VendorUnreachable when the host does not answer or refuses.
 */
export async function downloadUnchecked(url: string, file: string): Promise<void> {
  await requireReachable(url);
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS) });
  if (!response.ok || !response.body) throw new VendorUnreachable(`${url} answered ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
}

/**
 * Downloads a URL into a file.
 * @param expected its sum, by default the one of sums.json
 * @throws UnknownSum where the repository has no sum of it; Error when it is another file than the one expected;
 * VendorUnreachable when the host does not answer or refuses.
 */
export async function download(url: string, file: string, expected = sumOf(url)): Promise<void> {
  await downloadUnchecked(url, file);
  const got = `sha256:${await sha256(file)}`;
  if (got !== expected) throw new Error(`${url} is not the file expected: wanted ${expected}, got ${got}`);
}

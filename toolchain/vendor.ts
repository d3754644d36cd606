import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { note } from "./progress.ts";
import { askOnce } from "./refusals.ts";

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
  const answer = askOnce(host, async () => {
    const reason = await probe(url);
    if (reason !== undefined)
      note(`${host} cannot be reached from here (${reason}); it is not asked again for an hour`);
    return reason;
  });
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
 * Downloads a URL into a file.
 * @param expected the sha256 in hex, where the vendor publishes one.
 * @throws VendorUnreachable when the host does not answer or refuses.
 */
export async function download(url: string, file: string, expected?: string): Promise<void> {
  await requireReachable(url);
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS) });
  if (!response.ok || !response.body) throw new VendorUnreachable(`${url} answered ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
  const got = await sha256(file);
  if (expected !== undefined && got !== expected)
    throw new Error(`${url} is not the file expected: wanted sha256 ${expected}, got ${got}`);
}

/** The text at a URL. */
export async function fetchText(url: string): Promise<string> {
  await requireReachable(url);
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new VendorUnreachable(`${url} answered ${response.status}`);
  return response.text();
}

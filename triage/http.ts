/** A request that got no usable answer. */
export class HttpError extends Error {
  override name = "HttpError";
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  /** The answer's first characters. */
  readonly body: string;
  constructor(message: string, status = 0, body = "") {
    super(message);
    this.status = status;
    this.body = body;
  }
}

export interface RequestOptions {
  headers?: Record<string, string>;
  /** Sent as JSON by POST. */
  body?: unknown;
  /** Milliseconds until the whole answer has to be there. */
  timeout: number;
  /** Bytes of an answer that are read. @default 16 MiB */
  most?: number;
}

const reasonOf = (cause: unknown, timeout: number): string => {
  const error = cause as Error & { cause?: { code?: string; message?: string } };
  if (error.name === "TimeoutError") return `no answer within ${timeout / 1000} s`;
  return error.cause?.code ?? error.cause?.message ?? error.message;
};

const bounded = async (response: Response, most: number): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > most) throw new Error(`the answer is larger than ${most} bytes`);
    text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text + decoder.decode();
};

/**
 * Asks for JSON.
 * @throws HttpError with the address (without its query), and the status and the first words of the answer.
 */
export const requestJson = async (url: string, options: RequestOptions): Promise<unknown> => {
  const { headers = {}, body, timeout, most = 16 * 2 ** 20 } = options;
  const where = url.replace(/\?.*/s, "").replace(/\/\/[^/@]*@/, "//");
  const json = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  let text: string;
  let response: Response;
  try {
    // a redirect would carry the key to somebody else
    const signal = AbortSignal.timeout(timeout);
    response = await fetch(url, { ...json, headers: { ...type, ...headers }, signal, redirect: "error" });
    text = await bounded(response, most);
  } catch (cause) {
    throw new HttpError(`${where}: ${reasonOf(cause, timeout)}`);
  }
  if (!response.ok) {
    const said = text.replace(/\s+/g, " ").slice(0, 200);
    throw new HttpError(
      `${where}: status ${response.status}${said ? `: ${said}` : ""}`,
      response.status,
      text.slice(0, 2000),
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(`${where}: the answer is no JSON`, response.status, text.slice(0, 2000));
  }
};

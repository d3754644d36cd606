import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request that a sink got. */
export interface Request {
  method: string;
  /** Path and query. */
  url: string;
  authorization: string | undefined;
  body: string;
}

/** A server that keeps what it gets, and answers JSON by path; to what it has no answer for with 404. */
export const httpSink = async (answers: Record<string, unknown> = {}, host = "127.0.0.1") => {
  const requests: Request[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    requests.push({ method, url, authorization: headers.authorization, body: await text(request) });
    const answer = answers[url.replace(/\?.*/, "")];
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? "nothing here"));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

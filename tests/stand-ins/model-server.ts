import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a request to the stand-in said. */
export interface Asked {
  path: string;
  authorization: string | undefined;
  body: { model?: string; messages?: { role: string; content: string }[]; response_format?: { type: string } };
}

type Answer = { status?: number; body: unknown } | "hang";

export interface ModelStandInOptions {
  /** By id, with the context that the server tells, as vLLM does. */
  models?: Record<string, number | undefined>;
  /** Answers a completion. */
  /** Address to listen on. @default 127.0.0.1 */
  host?: string;
  complete: (asked: Asked) => Answer | Promise<Answer>;
}

/** A completion whose message is that. */
export const completion = (content: string, finish_reason = "stop"): Answer => ({
  body: {
    choices: [{ message: { role: "assistant", content }, finish_reason }],
    usage: { prompt_tokens: 100, completion_tokens: 20 },
  },
});

/** To clients like an OpenAI-compatible model server: it holds no model, and says what it is told to. */
export const modelStandIn = async (options: ModelStandInOptions) => {
  const { models = { "stand-in": 8192 }, host = "127.0.0.1", complete } = options;
  const asked: Asked[] = [];
  const list = { data: Object.entries(models).map(([id, max_model_len]) => ({ id, max_model_len })) };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const sent = await text(request);
    const one: Asked = {
      path: request.url ?? "",
      authorization: request.headers.authorization,
      body: sent ? JSON.parse(sent) : {},
    };
    asked.push(one);
    const answer: Answer = one.path === "/v1/models" ? { body: list } : await complete(one);
    if (answer === "hang") return;
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://${host}:${port}/v1`,
    /** Every request so far. */
    asked,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

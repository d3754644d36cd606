import { setTimeout as pause } from "node:timers/promises";
import { answerSchema } from "./answer.ts";
import { answerTokens, defaultContext } from "./budget.ts";
import { HttpError, requestJson } from "./http.ts";
import type { Message } from "./prompt.ts";
import type { ModelSettings } from "./settings.ts";

/** As the server counts them; 0 when it does not. */
export interface Tokens {
  prompt: number;
  answer: number;
}

export const noTokens: Tokens = { prompt: 0, answer: 0 };

/** The model gave no answer; the message says why. */
export class ModelError extends Error {
  override name = "ModelError";
  /** Whether it was because the prompt was too long. */
  readonly tooLong: boolean;
  /** What it cost all the same. */
  readonly tokens: Tokens;
  constructor(message: string, { tooLong = false, tokens = noTokens }: { tooLong?: boolean; tokens?: Tokens } = {}) {
    super(message);
    this.tooLong = tooLong;
    this.tokens = tokens;
  }
}

export interface Reply {
  content: string;
  tokens: Tokens;
}

/** A model that is there. */
export interface Model {
  name: string;
  /** Tokens that prompt and answer share. */
  context: number;
  ask(messages: Message[]): Promise<Reply>;
}

interface Completion {
  choices?: { message?: { content?: unknown }; finish_reason?: string }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number };
}

// vLLM, SGLang, OpenAI take the first; llama.cpp's Python server the second; the last is for those that take neither
const formats = [
  { type: "json_schema", json_schema: { name: "triage", strict: true, schema: answerSchema } },
  { type: "json_object", schema: answerSchema },
  undefined,
] as const;

const tooLong = /context|too long|maximum.*token|exceed/i;
const backoff = 1000;

const explain = (cause: unknown): ModelError => {
  if (!(cause instanceof HttpError)) return new ModelError((cause as Error).message);
  const { status, body } = cause;
  if (status === 401 || status === 403) return new ModelError(`the model server refuses the API key: ${cause.message}`);
  return new ModelError(cause.message, { tooLong: (status === 400 || status === 413) && tooLong.test(body) });
};

// llama.cpp's Python server says so with status 500
const refusesFormat = (cause: unknown) =>
  cause instanceof HttpError &&
  (/response_format|json_schema/.test(cause.body) || [400, 422].includes(cause.status)) &&
  !explain(cause).tooLong;

const worthAgain = (cause: unknown) =>
  cause instanceof HttpError &&
  !refusesFormat(cause) &&
  (cause.status === 0 || cause.status === 429 || cause.status >= 500);

/**
 * Asks the server which models it has, and takes the one that is meant.
 * @throws ModelError when it does not answer, refuses the key, or does not have the model.
 */
export const openModel = async (settings: ModelSettings): Promise<Model> => {
  const { endpoint, apiKey, timeout, retries } = settings;
  const url = endpoint.replace(/\/+$/, "");
  const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  const request = async (path: string, body?: unknown): Promise<unknown> => {
    for (let tried = 0; ; tried += 1)
      try {
        return await requestJson(`${url}${path}`, { headers, timeout, most: 2 ** 20, ...(body ? { body } : {}) });
      } catch (cause) {
        if (tried >= retries || !worthAgain(cause)) throw cause;
        await pause(backoff * 2 ** tried);
      }
  };

  const list = (await request("/models").catch((cause) => {
    throw explain(cause);
  })) as { data?: { id?: string; max_model_len?: number }[] };
  const models = Array.isArray(list?.data) ? list.data : [];
  const names = models.map(({ id }) => id).join(", ") || "none";
  const found = settings.model === undefined ? models[0] : models.find(({ id }) => id === settings.model);
  if (!found?.id || (settings.model === undefined && models.length > 1))
    throw new ModelError(`the model server has no model ${settings.model ?? "that is the only one"}: it has ${names}`);
  const name = found.id;
  const context = settings.contextTokens ?? found.max_model_len ?? defaultContext;
  let format = 0;

  const complete = async (messages: Message[]): Promise<Completion> => {
    const body = { model: name, messages, max_tokens: answerTokens(context), temperature: 0 };
    for (;;) {
      const response_format = formats[format];
      try {
        return (await request("/chat/completions", {
          ...body,
          ...(response_format ? { response_format } : {}),
        })) as Completion;
      } catch (cause) {
        if (!refusesFormat(cause) || format === formats.length - 1) throw explain(cause);
        format += 1;
      }
    }
  };

  return {
    name,
    context,
    async ask(messages) {
      const { choices, usage } = await complete(messages);
      const [choice] = choices ?? [];
      const tokens = { prompt: usage?.prompt_tokens ?? 0, answer: usage?.completion_tokens ?? 0 };
      const content = choice?.message?.content;
      if (typeof content !== "string") throw new ModelError("the model server's answer has no message", { tokens });
      if (choice?.finish_reason === "length")
        throw new ModelError(`the model's answer was cut off after ${answerTokens(context)} tokens`, { tokens });
      return { content, tokens };
    },
  };
};

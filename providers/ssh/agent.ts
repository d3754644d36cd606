import ssh2, { type IdentityCallback, type ParsedKey, type SignCallback, type SigningRequestOptions } from "ssh2";

/** An ssh agent restricted to one of its keys. */
class OneKey extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: ssh2.BaseAgent<ParsedKey>;
  readonly #key: ParsedKey;

  constructor(agent: ssh2.BaseAgent<ParsedKey>, key: ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(undefined, [this.#key]);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    if (typeof options === "function") this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, callback);
  }
}

/**
 * The keys of an agent, each as an agent of its own, so that a login can count the keys it has offered: sshd ends a login
 * after MaxAuthTries refused keys.
 * @throws Error when the agent does not answer.
 */
export const agentKeys = (socket: string): Promise<ssh2.BaseAgent<ParsedKey>[]> => {
  const agent = ssh2.createAgent(socket) as ssh2.BaseAgent<ParsedKey>;
  return new Promise((resolve, reject) =>
    agent.getIdentities((cause, keys = []) =>
      cause ? reject(cause) : resolve((keys as ParsedKey[]).map((key) => new OneKey(agent, key))),
    ),
  );
};

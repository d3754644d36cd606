import assert from "node:assert/strict";
import type { ThrowawayHost } from "../../demo/throwaway/host.ts";
import { type GuestRunOptions, run } from "../../demo/throwaway/run.ts";

/** The host as its own root sees it. */
export class Guest {
  readonly #host: ThrowawayHost;
  constructor(host: ThrowawayHost) {
    this.#host = host;
  }

  /** What a script prints. @throws AssertionError with its stderr when it fails. */
  async sh(script: string, options: GuestRunOptions = {}): Promise<string> {
    const { status, stdout, stderr } = await run(this.#host, ["bash", "-c", script], options);
    assert.equal(status, 0, `${script}: ${stderr || stdout}`);
    return stdout.trim();
  }

  /** The answer of an API on the host's loopback. */
  async json<T>(port: number, path: string): Promise<T> {
    return JSON.parse(await this.sh(`curl -sS --fail-with-body '127.0.0.1:${port}${path}'`)).data;
  }

  /** The start of each running container, by name: what tells whether one was restarted. */
  async starts(): Promise<Record<string, string>> {
    const list = "podman ps --format '{{.Names}} {{.ID}} {{.StartedAt}}' --filter name=watchpost-";
    const lines = await Promise.all([this.sh(list), this.sh(list, { user: "watchpost" })]);
    return Object.fromEntries(lines.join("\n").trim().split("\n").map((line) => line.split(/ (.*)/s)));
  }
}

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Properties } from "../wire.ts";

/** What the plugin was told to put into Grafana, by id; as plain data. */
export type Kept = Record<string, { type: string; props: Properties }>;

/** Keeps what is put into it in a file, as Grafana would in its database; without a file nothing is kept. */
export class Store {
  readonly #file: string | undefined;
  constructor(file: string | undefined) {
    this.#file = file;
  }

  get keeps(): boolean {
    return this.#file !== undefined;
  }

  read(): Kept {
    return this.#file && existsSync(this.#file) ? (JSON.parse(readFileSync(this.#file, "utf8")) as Kept) : {};
  }

  write(kept: Kept): void {
    if (this.#file) writeFileSync(this.#file, JSON.stringify(kept, null, 2));
  }
}

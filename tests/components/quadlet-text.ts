import assert from "node:assert/strict";

/** A quadlet as podman reads it: the values of each key, by section. */
export class QuadletText {
  readonly #values = new Map<string, string[]>();

  constructor(text: string) {
    let section = "";
    for (const line of text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))) {
      section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section;
      if (line === `[${section}]`) continue;
      const [, key, value = ""] = /^(\w+)=(.*)$/.exec(line) ?? assert.fail(`no quadlet line: ${line}`);
      const name = `${section}.${key}`;
      this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
    }
  }

  /** All values of `Section.Key`, in their order. */
  all(name: string): string[] {
    return this.#values.get(name) ?? [];
  }

  /** The one value of `Section.Key`. */
  one(name: string): string | undefined {
    assert.ok(this.all(name).length < 2, `${name} is there ${this.all(name).length} times`);
    return this.all(name)[0];
  }

  get keys(): string[] {
    return [...this.#values.keys()];
  }
}

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { until } from "../../../throwaway/until.ts";

const program = resolve(import.meta.dirname, "../../../components/ctr-log/follow.pl");
const skip = spawnSync("perl", ["-v"]).error !== undefined && "perl is not installed here";

const time = "2026-11-30T10:00:00.123456789+00:00";
const written = (text: string, { stream = "stdout", tag = "F" } = {}) => `${time} ${stream} ${tag} ${text}\n`;

/** A reader of the logs of one user, and what it handed over. */
class Reader {
  readonly folder: string;
  #process: ChildProcess | undefined;
  #said = Buffer.alloc(0);

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(t: TestContext, logs = ["web"], rate = 1e9): Promise<Reader> {
    const reader = new Reader(await mkdtemp(join(tmpdir(), "watchpost-follow-")));
    t.after(async () => {
      await reader.end("SIGKILL");
      await rm(reader.folder, { recursive: true });
    });
    await reader.follow(logs);
    reader.start(rate);
    return reader;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  follow(logs: string[]): Promise<void> {
    const list = logs.map((name) => `0123456789ab\t${name}\t${name}.service\t${this.path(name)}\n`);
    return writeFile(this.path("list"), list.join(""));
  }

  start(rate = 1e9): void {
    const args = [program, ...["list", "positions", "report"].map((name) => this.path(name)), String(rate)];
    this.#process = spawn("perl", args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#process.stdout?.on("data", (bytes: Buffer) => {
      this.#said = Buffer.concat([this.#said, bytes]);
    });
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const closed = once(process, "close");
    process.kill(signal);
    await closed;
  }

  write(text: string, name = "web"): Promise<void> {
    return appendFile(this.path(name), text);
  }

  /** The lines so far, a letter a byte, without what is the same in all. */
  lines(name = "web"): string[] {
    const before = `ctr.log\t0123456789ab\t${name}\t${name}.service\t${time} `;
    const lines = this.#said.toString("latin1").split("\n");
    // a full stop keeps the blanks before it
    return lines
      .filter((line) => line.startsWith(before) && line.endsWith("."))
      .map((line) => line.slice(before.length, -1));
  }

  get bytes(): number {
    return this.#said.length;
  }

  async until(count: number, name = "web"): Promise<string[]> {
    await until(`${count} lines of ${name}`, 20_000, async () => this.lines(name).length >= count || undefined);
    return this.lines(name);
  }

  report(): Promise<string> {
    return readFile(this.path("report"), "utf8");
  }
}

const numbers = (count: number, word: string) => Array.from({ length: count }, (_, index) => `${word} ${index}`);

describe("follow.pl", { skip, concurrency: true }, () => {
  test("hands over each line, parts joined by their stream", async (t) => {
    const reader = await Reader.make(t);
    await reader.write(
      written("one") + written("a, ", { tag: "P" }) + written("err", { stream: "stderr" }) + written("b"),
    );
    assert.deepEqual(await reader.until(3), ["stdout F one", "stderr F err", "stdout F a, b"]);
    await reader.write(`${time} stdout F not`);
    await reader.write(" yet\n");
    assert.equal((await reader.until(4))[3], "stdout F not yet");
    await reader.write(written("blanks at the end  "));
    assert.equal((await reader.until(5))[4], "stdout F blanks at the end  ");
  });

  test("a long line comes in pieces that journald takes, and none of its bytes is lost", async (t) => {
    const reader = await Reader.make(t);
    const text = "ä€".repeat(20_000);
    const bytes = Buffer.from(text);
    await reader.write(written("before"));
    for (let at = 0; at < bytes.length; at += 8192) {
      const head = Buffer.from(`${time} stdout ${at + 8192 < bytes.length ? "P" : "F"} `);
      await appendFile(reader.path("web"), Buffer.concat([head, bytes.subarray(at, at + 8192), Buffer.from("\n")]));
    }
    await reader.write(written("after"));
    await until("the line after it", 20_000, async () => reader.lines().at(-1) === "stdout F after" || undefined);
    const pieces = reader.lines().slice(1, -1);
    assert.deepEqual(
      pieces.map((piece) => piece.slice(0, 9)),
      ["stdout P ", "stdout P ", "stdout P ", "stdout F "],
    );
    assert.ok(pieces.every((piece) => piece.length < 40_000));
    assert.equal(Buffer.from(pieces.map((piece) => piece.slice(9)).join(""), "latin1").toString(), text);
  });

  test("a line without an end is cut, and what was cut is counted", async (t) => {
    const reader = await Reader.make(t);
    const part = written("x".repeat(8000), { tag: "P" });
    await reader.write(part.repeat(100) + written("end") + written("next"));
    await until("the next line", 20_000, async () => reader.lines().at(-1) === "stdout F next" || undefined);
    const length = reader.lines().slice(0, -1).join("").length;
    assert.ok(length > 262_000 && length < 263_000, `${length} bytes`);
    await until("a report", 20_000, async () => (await reader.report()) !== "" || undefined);
    assert.equal(await reader.report(), `bytes_of_long_lines\t${800_003 - 262_144}\n`);
  });

  test("a terabyte of nothing is passed over", async (t) => {
    const reader = await Reader.make(t);
    await reader.write(written("before"));
    await reader.until(1);
    await truncate(reader.path("web"), 2 ** 40);
    await reader.write(`\n${written("after")}`);
    assert.deepEqual(await reader.until(2), ["stdout F before", "stdout F after"]);
    assert.ok(reader.bytes < 1000);
  });

  test("a pipe or a link in a file's place is not opened, and others are read on", async (t) => {
    const reader = await Reader.make(t, ["pipe", "link", "web"]);
    await writeFile(reader.path("secret"), written("of somebody else"));
    assert.equal(spawnSync("mkfifo", [reader.path("pipe")]).status, 0);
    await symlink(reader.path("secret"), reader.path("link"));
    await reader.write(written("one"));
    await reader.until(1);
    assert.deepEqual([reader.lines("link"), reader.lines("pipe")], [[], []]);
  });

  test("over rotations, a truncation and its own restarts no line is lost and none is there twice", async (t) => {
    const reader = await Reader.make(t);
    const all = numbers(3000, "line");
    for (const [index, line] of all.entries()) {
      if (index > 0 && index % 500 === 0) {
        // as conmon does it
        // it may be behind, but has the file open: what is thrown away before that is nobody's
        await reader.until(index % 1000 === 0 ? index : index - 50);
        await writeFile(reader.path("web.tmp"), written(line));
        await rename(reader.path("web.tmp"), reader.path("web"));
        await until("the new file is open", 20_000, async () => reader.lines().length > index || undefined);
      } else await reader.write(written(line));
      if (index % 700 === 699) {
        await reader.end();
        reader.start();
      }
    }
    assert.deepEqual(
      await reader.until(3000),
      all.map((line) => `stdout F ${line}`),
    );
    await truncate(reader.path("web"), 0);
    await reader.write(written("cut"));
    assert.equal((await reader.until(3001)).at(-1), "stdout F cut");
  });

  test("killed, it goes on where it was, or a moment before", async (t) => {
    const reader = await Reader.make(t);
    for (const line of numbers(50, "a")) await reader.write(written(line));
    await reader.until(50);
    await until("the position is kept", 20_000, async () => {
      const [, offset] = (await readFile(reader.path("positions"), "utf8")).split("\t");
      return Number(offset) === (await readFile(reader.path("web"))).length || undefined;
    });
    await reader.end("SIGKILL");
    await reader.write(written("b"));
    reader.start();
    assert.deepEqual((await reader.until(51)).slice(-2), ["stdout F a 49", "stdout F b"]);
  });

  test("a position is kept while the list is away", async (t) => {
    const reader = await Reader.make(t);
    await reader.write(written("one"));
    await reader.until(1);
    await reader.end();
    await rm(reader.path("list"));
    reader.start();
    await reader.end();
    await reader.follow(["web"]);
    reader.start();
    await reader.write(written("two"));
    assert.deepEqual(await reader.until(2), ["stdout F one", "stdout F two"]);
  });

  test("one log without an end keeps no other one waiting, and comes late", async (t) => {
    const reader = await Reader.make(t, ["flood", "web"], 100_000);
    await reader.write(written("x".repeat(1000)).repeat(2000), "flood");
    await reader.write(written("one"));
    await reader.until(1);
    assert.ok(reader.lines("flood").length < 1500);
    await until("a report", 20_000, async () => /^seconds_late\t[1-9]/.test(await reader.report()) || undefined);
  });

  test("lines that conmon did not write are handed over as they are, and counted", async (t) => {
    const reader = await Reader.make(t);
    await reader.write(`garbage\n${written("one")}`);
    await reader.until(1);
    await until("a report", 20_000, async () => (await reader.report()) !== "" || undefined);
    assert.equal(await reader.report(), "lines_not_of_conmon\t1\n");
  });
});

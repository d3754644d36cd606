import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const DEFLATED = 8;
const inflate = promisify(inflateRaw);

/** Where the central directory lies, from the record at the file's end. */
function directoryOf(tail: Buffer): { entries: number; size: number; offset: number } {
  for (let at = tail.length - 22; at >= 0; at--)
    if (tail.readUInt32LE(at) === END_SIGNATURE)
      return {
        entries: tail.readUInt16LE(at + 10),
        size: tail.readUInt32LE(at + 12),
        offset: tail.readUInt32LE(at + 16),
      };
  throw new Error("not a zip file: it has no end record");
}

/**
 * Unpacks a zip file (Go's module proxy serves nothing else, and not every machine has `unzip`) and returns the names
 * of its files. Zip64 and encryption are not known here.
 */
export async function unzip(file: string, into: string): Promise<string[]> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const read = async (length: number, position: number) =>
    (await handle.read(Buffer.alloc(length), 0, length, position)).buffer;
  const tailSize = Math.min(size, 65_557);
  const directory = directoryOf(await read(tailSize, size - tailSize));
  const index = await read(directory.size, directory.offset);
  const names: string[] = [];
  for (let at = 0, entry = 0; entry < directory.entries; entry++) {
    if (index.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error(`${file}: its directory is broken at byte ${at}`);
    const [method, packed] = [index.readUInt16LE(at + 10), index.readUInt32LE(at + 20)];
    const [nameSize, extraSize, noteSize] = [28, 30, 32].map((field) => index.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const local = index.readUInt32LE(at + 42);
    const name = index.toString("utf8", at + 46, at + 46 + nameSize);
    at += 46 + nameSize + extraSize + noteSize;
    if (name.endsWith("/")) continue;
    const target = resolve(into, name);
    if (!target.startsWith(resolve(into) + sep)) throw new Error(`${file}: entry ${name} leads out of the folder`);
    const head = await read(30, local);
    const data = await read(packed, local + 30 + head.readUInt16LE(26) + head.readUInt16LE(28));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(join(into, name), method === DEFLATED ? await inflate(data) : data);
    names.push(name);
  }
  return names;
}

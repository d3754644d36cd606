import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { imageIdOf } from "../../providers/archive.ts";
import { provider } from "../../providers/podman-image.ts";

const hex = (text: string) => createHash("sha256").update(text).digest("hex");
const config = JSON.stringify({ architecture: "amd64", os: "linux" });
const id = hex(config);
const layer = "x".repeat(4_000_000);

describe("the id of the image in an archive", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "watchpost-archive-"));
  });
  after(() => rm(folder, { recursive: true }));

  /** A tar of those files, in that order. */
  const pack = async (name: string, files: Record<string, string>, flags = "-cf") => {
    const from = join(folder, `${name}.d`);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(from, path)), { recursive: true });
      await writeFile(join(from, path), content);
    }
    const archive = join(folder, name);
    execFileSync("tar", ["-C", from, flags, archive, ...Object.keys(files)]);
    return archive;
  };

  const dockerArchive = (configName: string) => ({
    "layer.tar": layer,
    [configName]: config,
    "manifest.json": JSON.stringify([
      { Config: configName, RepoTags: ["registry.example/app:1"], Layers: ["layer.tar"] },
    ]),
  });
  const manifest = JSON.stringify({ schemaVersion: 2, config: { digest: `sha256:${id}` }, layers: [] });
  const ociArchive = {
    [`blobs/sha256/${hex(layer)}`]: layer,
    [`blobs/sha256/${hex(manifest)}`]: manifest,
    [`blobs/sha256/${id}`]: config,
    "index.json": JSON.stringify({ schemaVersion: 2, manifests: [{ digest: `sha256:${hex(manifest)}` }] }),
    "oci-layout": "{}",
  };

  const archives: [string, Record<string, string>, string?][] = [
    ["podman save", dockerArchive(`${id}.json`)],
    ["docker save", dockerArchive(`blobs/sha256/${id}`)],
    ["podman save --format oci-archive", ociArchive],
    ["podman save, gzipped", dockerArchive(`${id}.json`), "-czf"],
  ];
  for (const [what, files, flags] of archives)
    test(`of ${what}`, async () => assert.equal(await imageIdOf(await pack(`${what}.tar`, files, flags)), id));

  test("is read by check, so that another archive is another image", async () => {
    const archive = await pack("checked.tar", dockerArchive(`${id}.json`));
    const calls = provider({} as never);
    const image = { user: "", reference: "registry.example/app:1", archive };
    const { inputs } = await calls.check({}, image);
    const other = join(folder, "moved.tar");
    execFileSync("cp", [archive, other]);
    const moved = await calls.check({}, { ...image, archive: other });
    assert.equal(inputs.archiveId, id);
    assert.deepEqual((await calls.diff("id", inputs, moved.inputs)).replaces, []);
    assert.deepEqual((await calls.diff("id", { ...inputs, archiveId: "0" }, inputs)).replaces, ["archiveId"]);
  });

  test("is left for later while the engine does not know the file yet", async () => {
    const archive = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const { inputs } = await provider({} as never).check(
      {},
      { user: "", reference: "registry.example/app:1", archive },
    );
    assert.deepEqual(inputs, { user: "", reference: "registry.example/app:1", archive });
  });

  const refused: [string, () => Promise<string>, RegExp][] = [
    [
      "a missing file",
      async () => join(folder, "missing.tar"),
      /image archive .*missing\.tar: there is no such file: expected/,
    ],
    [
      "a tar of something else",
      () => pack("other.tar", { "etc/motd": "hello" }),
      /holds neither manifest\.json nor index\.json/,
    ],
    [
      "no tar at all",
      async () => {
        await writeFile(join(folder, "text.tar"), "hello");
        return join(folder, "text.tar");
      },
      /text\.tar: .*expected a tar as 'podman save' or 'docker save' writes it/,
    ],
  ];
  for (const [what, make, message] of refused)
    test(`${what} is refused by name, with what was expected`, async () =>
      assert.rejects(imageIdOf(await make()), { message }));
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isObject } from "../../config/encrypted.ts";
import { withPlaceholders } from "../../config/placeholders.ts";
import { asTexts } from "../../config/stack-file.ts";
import { declare, keyOf } from "../../preview/declared.ts";
import { makeBase } from "../../preview/make-base.ts";
import { asReceived, type State, type StateResource, type Values } from "../../preview/state.ts";
import { hosts } from "../config/sample.ts";

const secure = { secure: "v1:nonce:ciphertext" };
const key = "-----BEGIN OPENSSH PRIVATE KEY-----\nswordfish-of-ssh-0123456789\n-----END OPENSSH PRIVATE KEY-----\n";
const hook = "https://hook.example.org/services/swordfish-of-url?a=b&c='d'";

/** A value that the file has encrypted. */
class Encrypted {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}
const encrypted = (value: string) => new Encrypted(value);
const map = (value: unknown, of: (one: Encrypted) => unknown): unknown => {
  if (value instanceof Encrypted) return of(value);
  if (Array.isArray(value)) return value.map((inner) => map(inner, of));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, map(inner, of)]));
};

const values = {
  "watchpost:hosts": { web: { ...hosts.web, privateKey: encrypted(key) } },
  "watchpost:grafana": { rootUrl: "https://grafana.example.org/", login: { url: "https://auth.example.org/" } },
  "watchpost:alerting": {
    smtp: { host: "mail.example.org:587", from: "watchpost@example.org", password: encrypted("swordf1") },
    contactPoints: {
      ops: { emails: ["ops@example.org"] },
      hook: { webhook: { url: encrypted(hook), token: encrypted(`swordfish "of" hook's`) } },
    },
    heartbeat: { url: "https://watch.example.org/push/plain", token: encrypted("swordfish: of beat") },
  },
  "watchpost:watch": { emails: ["ops@example.org"], webhook: { url: encrypted(hook) } },
  "watchpost:triage": {
    enabled: true,
    endpoint: "https://llm.example.org/v1",
    apiKey: encrypted("swordfish # of llm"),
  },
};

// as the engine writes them: pulumi/sdk/go/common/resource/sig.go
const mark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const asKept = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asKept);
  if (!isObject(value)) return value;
  if (Object.keys(mark).every((name) => name in value)) return { ...mark, plaintext: JSON.stringify(value.value) };
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asKept(inner)]));
};

const of = { project: "watchpost", stack: "nowhere" };
const facts = { imageId: "0123abcd", heldDigest: "sha256:4567", uid: 990, gid: 990, version: "v1" };
const revision = "0123456789abcdef".repeat(4);
const made = (type: string): Values => {
  if (type.endsWith("RandomPassword")) return { result: { ...mark, value: `swordfish-made-${type.length}` } };
  if (type.endsWith("RandomString")) return { result: "client-id" };
  if (type.endsWith("ServiceAccountToken")) return { key: { ...mark, value: "glsa_swordfish" } };
  return { ...facts, revision };
};

/** The config as the engine gives it, which puts the keys of an object in their order. */
const texts = (config: Record<string, unknown>) => asTexts(sorted(config) as Record<string, unknown>);
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [name, sorted(inner)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** The state after an `up` with the config, as the engine would export it. */
const stateOf = async (config: Record<string, unknown>): Promise<State> => {
  const outputsOf = (name: string) => made(name.split("::")[0] ?? "");
  const known = (name: string) => ({ id: "an-id", outputs: outputsOf(name) });
  const declared = await declare({ ...of, config: texts(config), known });
  const resources = [...declared.inputs].map(([name, inputs]): StateResource => {
    const [type = "", ...rest] = name.split("::");
    const urn = `urn:pulumi:nowhere::watchpost::${type}::${rest.join("::")}`;
    const outputs = asKept({ ...inputs, ...outputsOf(name) }) as Values;
    return { urn, type, id: "an-id", inputs: asKept(inputs) as Values, outputs };
  });
  const urn = "urn:pulumi:nowhere::watchpost::pulumi:pulumi:Stack::watchpost-nowhere";
  const stack = { urn, type: "pulumi:pulumi:Stack", outputs: asKept(declared.outputs) as Values };
  const secrets_providers = { type: "passphrase", state: { salt: "v1:salt" } };
  return { version: 3, deployment: { manifest: {}, secrets_providers, resources: [stack, ...resources] } };
};

const real = map(values, ({ value }) => value) as Record<string, unknown>;
const file = map(values, () => secure) as Record<string, unknown>;
const { config: open, placeholders } = withPlaceholders(file);
const baseOf = (state: State, config: Record<string, unknown> = real) =>
  makeBase({ ...of, state, real: texts(config), placeholders });

let kept: Promise<State> | undefined;
/** The state after an `up` with the real config, a new copy for each test. */
const realState = async (): Promise<State> => {
  kept ??= stateOf(real);
  return structuredClone(await kept);
};

/** What the program says with placeholders, given the base: a preview is of what differs from it. */
const differing = async (base: State): Promise<string[]> => {
  const resources = new Map((base.deployment.resources ?? []).map((one) => [keyOf(one), one]));
  const known = (name: string) => ({
    id: "an-id",
    outputs: asReceived(resources.get(name)?.outputs ?? {}) as Values,
  });
  const { inputs, outputs } = await declare({ ...of, config: texts(open), known });
  const same = (one: unknown, other: unknown) => JSON.stringify(asKept(one)) === JSON.stringify(other);
  const changed = [...inputs].filter(([name, one]) => !same(one, resources.get(name)?.inputs));
  const stack = resources.get("pulumi:pulumi:Stack::watchpost-nowhere");
  return [...changed.map(([name]) => name), ...(same(outputs, stack?.outputs) ? [] : ["outputs"])];
};

describe("a copy of the state without secrets", () => {
  test("has none of them, and is what a program with placeholders says", async () => {
    const state = await realState();
    assert.match(JSON.stringify(state), /swordfish.*swordf1/s);
    const base = await baseOf(state);
    assert.doesNotMatch(JSON.stringify(base), /swordf|salt/);
    assert.equal(base.deployment.resources?.length, state.deployment.resources?.length);
    assert.deepEqual(await differing(base), []);
  });

  test("has no sum over what a secret is in, and every other one", async () => {
    const { deployment } = await baseOf(await realState());
    const revisionOf = (name: string) => deployment.resources?.find(({ urn }) => urn.endsWith(name))?.outputs?.revision;
    assert.equal(revisionOf("::web-loki"), revision);
    assert.match(String(revisionOf("::web-grafana-smtp-password")), /^withheld-/);
  });

  test("is the same each time", async () => {
    const state = await realState();
    assert.deepEqual(await baseOf(state), await baseOf(state));
  });

  test("shows what an up has not brought yet", async () => {
    const base = await baseOf(await stateOf({ ...real, "watchpost:loki": { retention: "9d" } }));
    assert.deepEqual(
      (await differing(base)).map((name) => name.split("::").at(-1)),
      ["web-loki"],
    );
  });

  test("withholds what an earlier config had as a secret", async () => {
    const earlier = map(values, ({ value }) => value.replaceAll("sword", "stale")) as Record<string, unknown>;
    const state = await stateOf(earlier);
    const base = await baseOf(state);
    assert.doesNotMatch(JSON.stringify(base), /stalef/);
    assert.notDeepEqual(await differing(base), []);
  });

  test("withholds the secrets of what the program no longer has", async () => {
    const state = await realState();
    const inputs = {
      value: { ...mark, plaintext: '"swordfish-of-old"' },
      text: "has swordfish-of-old in it",
      open: "x",
    };
    const urn = "urn:pulumi:nowhere::watchpost::any:index:Thing::old";
    state.deployment.resources?.push({ urn, type: "any:index:Thing", inputs, outputs: inputs });
    const old = (await baseOf(state)).deployment.resources?.at(-1);
    assert.doesNotMatch(JSON.stringify(old), /swordfish/);
    assert.match(JSON.stringify(old), /has withheld-[0-9a-f]{24} in it","open":"x"/);
  });

  test("is refused where a secret is a part of what is no secret", async () => {
    const weak = map(values, ({ value }) => (value === "swordf1" ? "description" : value)) as Record<string, unknown>;
    await assert.rejects(
      baseOf(await stateOf(weak), weak),
      /the value of alerting\.smtp\.password is left in the copy/,
    );
  });

  test("is refused where the state is not decrypted", async () => {
    const state = await realState();
    const inputs = { value: { ...mark, ciphertext: "v1:nonce:ciphertext" } };
    state.deployment.resources?.push({ urn: "a::b::c::d", type: "c", inputs });
    await assert.rejects(baseOf(state), /expected an export with --show-secrets/);
  });
});

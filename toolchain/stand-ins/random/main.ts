// A stand-in for Pulumi's random plugin, for machines that cannot have it: RandomPassword, RandomString and RandomId.
import { randomBytes } from "node:crypto";
import type { DiffResult, Provider } from "@pulumi/pulumi/provider/index.js";
import { serve } from "../serve.ts";
import { changedKeys, type Properties, plain, secret } from "../wire.ts";
import { randomText } from "./text.ts";

const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1) ?? urn;

/** What each type makes: its id and the outputs beside the inputs. */
const types: Record<string, (inputs: Properties) => { id: string; made: Properties }> = {
  "random:index/randomPassword:RandomPassword": (inputs) => ({
    id: "none", // as the real plugin has it, so that the password is not in the id
    made: { result: secret(randomText(inputs)) },
  }),
  "random:index/randomString:RandomString": (inputs) => {
    const result = randomText(inputs);
    return { id: result, made: { result } };
  },
  "random:index/randomId:RandomId": (inputs) => {
    const bytes = randomBytes(Number(inputs.byteLength));
    const prefix = String(inputs.prefix ?? "");
    const [b64Url, hex] = [bytes.toString("base64url"), bytes.toString("hex")];
    const made = {
      b64Url: prefix + b64Url,
      b64Std: prefix + bytes.toString("base64"),
      hex: prefix + hex,
      dec: prefix + BigInt(`0x${hex || "0"}`).toString(),
    };
    return { id: b64Url, made };
  },
};

class RandomStandIn implements Provider {
  version = "4.21.2";

  async check(urn: string, _olds: Properties, news: Properties) {
    const reason = `the stand-in for the random plugin knows ${Object.keys(types).join(", ")}, not ${typeOf(urn)}`;
    return { inputs: news, failures: typeOf(urn) in types ? [] : [{ property: "", reason }] };
  }

  async diff(_id: string, _urn: string, olds: Properties, news: Properties): Promise<DiffResult> {
    const inputs = Object.fromEntries(
      Object.keys(olds)
        .filter((key) => key in news || !OUTPUTS.has(key))
        .map((key) => [key, olds[key]]),
    );
    const replaces = changedKeys(inputs, news);
    return { changes: replaces.length > 0, replaces };
  }

  async create(urn: string, inputs: Properties) {
    const make = types[typeOf(urn)];
    if (!make) throw new Error(`unknown type ${typeOf(urn)}`);
    const { id, made } = make(plain(inputs) as Properties);
    return { id, outs: { ...inputs, ...made } };
  }

  async read(id: string, _urn: string, props: Properties = {}) {
    return { id, props };
  }

  async delete() {}
}

const OUTPUTS = new Set(["result", "bcryptHash", "b64Url", "b64Std", "hex", "dec"]);

serve(new RandomStandIn());

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";

type Properties = Record<string, JavaScriptValue>;

// the protocol's code is CommonJS, and its gRPC the one of Pulumi's own dependencies
const fromPulumi = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const grpc = fromPulumi("@grpc/grpc-js");
const messages = fromPulumi("./proto/provider_pb.js");
const { ResourceProviderClient } = fromPulumi("./proto/provider_grpc_pb.js");
const structs = fromPulumi("google-protobuf/google/protobuf/struct_pb.js");

/** The project's folder. */
export const project = resolve(import.meta.dirname, "../..");
const struct = (properties: Properties) => structs.Struct.fromJavaScript(properties);

interface Response {
  getId(): string;
  getProperties(): Struct;
}

/** Calls the host of dynamic providers that serves at a port, as the engine does. */
export const callProviders = async (port: string, config: Record<string, string>) => {
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const call = (name: string, request: unknown) =>
    new Promise<Response>((done, failed) => {
      client[name](request, (error: Error | null, response: Response) => (error ? failed(error) : done(response)));
    });
  await call("configure", new messages.ConfigureRequest().setArgs(struct(config)));
  return {
    /** Has a resource's inputs checked by the code that the state holds of its provider. */
    async check(code: string, inputs: Properties) {
      const [olds, news] = [struct({}), struct({ ...inputs, __provider: code })];
      await call("check", new messages.CheckRequest().setOlds(olds).setNews(news));
    },
    /** Creates a resource with the code that the state holds of its provider. */
    async create(code: string, inputs: Properties) {
      const request = new messages.CreateRequest().setProperties(struct({ ...inputs, __provider: code }));
      const response = await call("create", request);
      return { id: response.getId(), outs: response.getProperties().toJavaScript() };
    },
    close: (): void => client.close(),
  };
};

/** Pulumi's own host of dynamic providers, as the engine starts it: one process for all resources of a `Host`. */
export const startProviderProcess = async (config: Record<string, string>) => {
  const child = spawn(process.execPath, [fromPulumi.resolve("./cmd/dynamic-provider"), "no-engine"], { cwd: project });
  child.stderr.resume();
  const [port] = await once(createInterface(child.stdout), "line");
  const { close, ...calls } = await callProviders(port, config);
  return {
    ...calls,
    async stop() {
      close();
      child.kill();
      await once(child, "close");
    },
  };
};

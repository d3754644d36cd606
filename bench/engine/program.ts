// One `pulumi` command from its start to its end, in a process of its own: this process stands for the one in which
// Pulumi's language host for Node.js runs the program, because that host cannot be built here.
import { spawn } from "node:child_process";
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import * as automation from "@pulumi/pulumi/automation/server.js";
import * as language from "@pulumi/pulumi/proto/language_grpc_pb.js";

// both are in the SDK, and neither is in its types
const { LanguageServer } = automation as unknown as {
  LanguageServer: new (program: () => Promise<unknown>) => UntypedServiceImplementation;
};
const { LanguageRuntimeService } = language as unknown as { LanguageRuntimeService: ServiceDefinition };

const server = new Server();
const runtime = new LanguageServer(async () => (await import("../../index.ts")).default());
server.addService(LanguageRuntimeService, runtime);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (cause, port) => {
  if (cause) throw cause;
  const args = [...process.argv.slice(2), `--client=127.0.0.1:${port}`, "--exec-kind=auto.inline"];
  const engine = spawn("pulumi", args, { stdio: ["ignore", "inherit", "inherit"] });
  engine.on("exit", (status) => process.exit(status ?? 1));
});

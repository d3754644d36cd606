// The triage service: takes Grafana's webhooks, and tells what probably happened. Runs in a container of the pod.
import { readFileSync } from "node:fs";
import { makeService } from "./service.ts";
import { type ServiceSecrets, type ServiceSettings, secretName, settingsFile, withConcealed } from "./settings.ts";

const read = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8"));

const inFile = read<ServiceSettings>(settingsFile);
const secrets = read<ServiceSecrets>(`/run/secrets/${secretName}`);
const settings = withConcealed(inFile, secrets);
const { server } = makeService(settings, secrets, (line) => process.stdout.write(`${line}\n`));
server.listen(settings.port, "127.0.0.1", () => process.stdout.write(`level=info listens on port ${settings.port}\n`));
// process 1 of a container hears no signal that it does not ask for
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(0));

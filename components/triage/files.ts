import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const room = join(import.meta.dirname, "../../triage");

/** Where the service's program lies on the host, and in its container. */
export const programFolder = "/etc/watchpost/triage";

// what only the command line and the evaluation need stays here
const own =
  /^(service\/)?(?!main\.ts|conditions\.ts|rules\.ts|options\.ts|sources\.ts|stack\.ts)[a-z-]+\.ts$|^service\/main\.ts$/;

/** The service's program: TypeScript that Node runs as it is, without any package. */
export const programFiles = (): { path: string; content: string }[] =>
  (readdirSync(room, { recursive: true }) as string[])
    .filter((file) => own.test(file))
    .sort()
    .map((file) => ({ path: `${programFolder}/${file}`, content: readFileSync(join(room, file), "utf8") }));

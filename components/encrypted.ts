import * as pulumi from "@pulumi/pulumi";
import { encryptedPaths, type Path } from "../config/encrypted.ts";
import { readStackFile } from "../config/stack-file.ts";

// not in the SDK's types, as its own Config is to be asked; that asks for one key at a time, and reads its value
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

/**
 * What is encrypted in the config of the stack that runs. Where its file is not the usual one (`--config-file`), each
 * section in which the engine knows of a secret counts as encrypted as a whole.
 */
export const encryptedOf = (stack: string): Path[] => {
  const inFile = encryptedPaths(readStackFile(stack) ?? {});
  const sections = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith("watchpost:") && isConfigSecret(key))
    .map((key) => key.slice("watchpost:".length));
  const known = new Set(inFile.map((path) => path.split(".")[0]));
  return [...inFile, ...sections.filter((section) => !known.has(section))];
};

import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/config.ts";
import { isEncrypted, type Path } from "../config/encrypted.ts";

/**
 * The value, marked secret where it comes of an encrypted one.
 * @param path What of the config it is made of.
 */
export const secretIf = <T>(config: Pick<Config, "encrypted">, path: Path, value: T): T | pulumi.Output<T> =>
  isEncrypted(config, path) ? (pulumi.secret(value) as pulumi.Output<T>) : value;

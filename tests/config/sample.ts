import type { Config } from "../../config/config.ts";
import { readConfig } from "../../config/read.ts";

export const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB62dVyKD1b5YMmfxAXqyFFsDiJyWSRJRYw+VCOMH160";

/** The least that a stack has to say. */
export const hosts = { web: { address: "192.0.2.10", hostKey } };

/** Config as the engine gives it: text by key, JSON where it has structure. */
export const raw = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [`watchpost:${key}`, typeof value === "string" ? value : JSON.stringify(value)]),
  );

/** The config of a stack that says that much beside its host. */
export const configWith = (values: Record<string, unknown> = {}): Config => readConfig(raw({ hosts, ...values }));

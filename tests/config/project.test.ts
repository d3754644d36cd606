import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { schema, serverOf } from "../../config/config.ts";
import { readConfig } from "../../config/read.ts";
import { configWith, hostKey, raw } from "./sample.ts";

const read = async (file: string) => parse(await readFile(join(import.meta.dirname, "../..", file), "utf8"));

const pick = <T extends object, K extends keyof T>(from: T, keys: K[]) =>
  Object.fromEntries(keys.map((key) => [key, from[key]]));

describe("Pulumi.yaml", () => {
  test("declares the keys of the schema, each described", async () => {
    const { config } = await read("Pulumi.yaml");
    assert.deepEqual(Object.keys(config).sort(), Object.keys(schema.shape).sort());
    for (const [key, { type, description }] of Object.entries<{ type: string; description: string }>(config))
      assert.ok(type && description.length > 20, key);
  });

  test("gives defaults that the schema takes, and leaves the real ones to it", async () => {
    const { config } = await read("Pulumi.yaml");
    const given = Object.entries<{ default?: unknown }>(config).filter(([, entry]) => "default" in entry);
    assert.deepEqual(configWith(Object.fromEntries(given.map(([key, entry]) => [key, entry.default]))), configWith());
  });

  test("runs the program on Node's own TypeScript", async () => {
    const { main, runtime } = await read("Pulumi.yaml");
    assert.deepEqual([main, runtime.name, runtime.options.typescript], ["main.mjs", "nodejs", false]);
  });
});

describe("Pulumi.prod.yaml", () => {
  const values = async () => {
    const { config } = await read("Pulumi.prod.yaml");
    return Object.fromEntries(
      Object.entries<unknown>(config).map(([key, value]) => [key.replace("watchpost:", ""), value]),
    );
  };
  /** With the one thing filled in that nobody else can know. */
  const filledIn = async () => {
    const { hosts, ...rest } = await values();
    const filled = Object.entries(hosts as object).map(([name, host]) => [name, { ...host, hostKey }]);
    return { hosts: Object.fromEntries(filled), ...rest };
  };

  test("is a config once the host key is filled in", async () => {
    const config = readConfig(raw(await filledIn()));
    assert.equal(serverOf(config).hostKey, hostKey);
    assert.ok(Object.keys(config.scrape).length > 0 && Object.keys(config.services).length > 0);
  });

  test("is refused as it stands, for the host key only", async () => {
    const [name = ""] = Object.keys((await values()).hosts as object);
    const problem = `hosts.${name}.hostKey`;
    const as = await values();
    assert.throws(
      () => readConfig(raw(as)),
      ({ problems }: { problems: { path: string }[] }) => {
        assert.deepEqual(
          problems.map(({ path }) => path),
          [problem],
        );
        return true;
      },
    );
  });

  test("has a mistake of one section told once, and not as what other sections miss", async () => {
    const all = await filledIn();
    for (const [section, value] of Object.entries(all).filter(([, value]) => typeof value === "object")) {
      const key = section === "hosts" ? "hosts.web-1" : section;
      const wrong = section === "hosts" ? { "web-1": { ...all.hosts["web-1"], adress: 1 } } : { ...value, adress: 1 };
      assert.throws(
        () => readConfig(raw({ ...all, [section]: wrong })),
        ({ problems }: { problems: { path: string }[] }) => {
          assert.deepEqual(
            problems.map(({ path }) => path.split(".").slice(0, key.split(".").length).join(".")),
            [key],
          );
          return true;
        },
      );
    }
  });

  test("shows the defaults, as it says", async () => {
    const { hosts, scrape, services, logs, grafana, alerting, triage, watch } = readConfig(raw(await filledIn()));
    const defaults = configWith();
    assert.deepEqual(readConfig(raw(await filledIn())), {
      ...defaults,
      hosts,
      scrape,
      services,
      logs,
      pod: { ...defaults.pod, home: "/home/watchpost" },
      grafana: { ...defaults.grafana, rootUrl: "https://grafana.example.org/", login: grafana.login },
      alerting: {
        ...defaults.alerting,
        ...pick(alerting, ["smtp", "contactPoints", "muteTimings", "heartbeat", "repository", "off", "thresholds"]),
        routes: { ...defaults.alerting.routes, warning: alerting.routes.warning },
      },
      triage: { ...defaults.triage, ...pick(triage, ["endpoint", "model", "contactPoints", "mask"]) },
      watch: { ...defaults.watch, ...pick(watch, ["emails", "webhook", "within"]) },
    });
  });

  test("names every section", async () => {
    assert.deepEqual(Object.keys(await values()).sort(), Object.keys(schema.shape).sort());
  });

  test("holds no secret", async () => {
    const text = JSON.stringify(await values());
    assert.doesNotMatch(text, /privateKey|adminPassword|clientSecret|password|token|secure/);
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { heartbeatPath } from "../../components/uptime-watch/heartbeat.ts";
import { withPlaceholders } from "../../config/placeholders.ts";
import { readConfig } from "../../config/read.ts";
import { asTexts } from "../../config/stack-file.ts";
import { hosts } from "./sample.ts";

const secure = { secure: "v1:nonce:ciphertext" };
const texts = (values: Record<string, unknown>) =>
  withPlaceholders(values).placeholders.map(({ at, text }) => [at.slice(1).join("."), text]);
const fits = (values: Record<string, unknown>) => readConfig(asTexts(withPlaceholders(values).config));

describe("a placeholder for what the stack's file has encrypted", () => {
  test("is a word that says where it stands", () => {
    const config = { "watchpost:hosts": { web: { ...hosts.web, privateKey: secure } }, "other:key": secure };
    assert.deepEqual(texts(config), [
      ["web.privateKey", "encrypted-hosts-web-privateKey"],
      ["", "encrypted-other-key"],
    ]);
    fits(config);
  });

  test("has the form that is taken there, for each by itself", () => {
    const jump = { address: "bastion.example.org", hostKey: secure, privateKey: secure };
    const config = {
      "watchpost:hosts": { web: { address: secure, hostKey: secure, jump } },
      "watchpost:grafana": {
        adminPassword: secure,
        rootUrl: secure,
        login: { url: secure, clientId: secure, clientSecret: secure },
      },
      "watchpost:alerting": {
        smtp: { host: secure, from: secure, user: secure, password: secure },
        contactPoints: { ops: { emails: ["ops@example.org", secure], webhook: { url: secure, token: secure } } },
      },
      "watchpost:watch": { resolver: secure },
      "watchpost:triage": { endpoint: secure, apiKey: secure },
    };
    const { hosts, alerting, triage } = fits(config);
    assert.match(hosts.web?.address ?? "", /^encrypted-hosts-web-address$/);
    assert.match(alerting.contactPoints.ops?.emails[1] ?? "", /^encrypted-.*@encrypted\.invalid$/);
    assert.match(triage.endpoint ?? "", /^https:\/\/encrypted\.invalid\//);
    const all = texts(config).map(([, text]) => text);
    assert.equal(new Set(all).size, all.length, "each is known from all others");
  });

  test("is what a check between values asks for", () => {
    const config = {
      "watchpost:hosts": { ...hosts, outside: { ...hosts.web, address: secure, role: "watch" } },
      "watchpost:alerting": {
        contactPoints: { hook: { webhook: { url: "https://hook.example.org/" } } },
        heartbeat: { url: secure, token: secure },
      },
      "watchpost:watch": { webhook: { url: secure } },
    };
    assert.ok(fits(config).alerting.heartbeat?.url.endsWith(heartbeatPath));
  });

  test("is the same in each run, also where something else is wrong", () => {
    const grafana = { adminPassword: secure, rootUrl: secure };
    const [right, wrong] = [{ retention: "31d" }, { retention: "soon" }].map((loki) =>
      texts({ "watchpost:hosts": hosts, "watchpost:grafana": grafana, "watchpost:loki": loki }),
    );
    assert.deepEqual(right, wrong);
    assert.match(right?.[1]?.[1] ?? "", /^https:/);
  });

  test("is refused to an object that is encrypted as a whole", () => {
    for (const config of [{ "watchpost:hosts": secure }, { "watchpost:hosts": { web: secure } }])
      assert.throws(() => withPlaceholders(config), /^Error: hosts(\.web)? is encrypted, .* encrypt the values inside/);
  });
});

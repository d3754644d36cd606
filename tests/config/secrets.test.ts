import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { host } from "./bad-inputs.ts";
import { mistakes } from "./mistakes.ts";
import { hosts } from "./sample.ts";

describe("a secret never shows up in the message", () => {
  const secret = "-----BEGIN OPENSSH PRIVATE KEY-----\nswordfish\n-----END OPENSSH PRIVATE KEY-----\n";
  const leaks: [string, Record<string, unknown>][] = [
    ["a password that is too short", { grafana: { adminPassword: "swordf" } }],
    ["a password that is no text", { grafana: { adminPassword: ["swordfish"] } }],
    ["a private key that is no text", host({ privateKey: { pem: "swordfish" } })],
    ["a jump host's private key that is no text", host({ jump: { privateKey: ["swordfish"] } })],
    ["a jump host's private key beside a mistake", host({ jump: [{ privateKey: "swordfish", port: "x" }] })],
    ["a jump host of another shape", host({ jump: [[{ privateKey: "swordfish" }]] })],
    ["a key beside it that is unknown", host({ privateKey: secret, privatekey: secret })],
    ["a section of another shape", { grafana: [{ adminPassword: "swordfish" }] }],
    ["a client's secret that is too short", { grafana: { login: { clientSecret: "swordf" } } }],
    ["a mail password that is no text", { alerting: { smtp: { password: ["swordfish"] } } }],
    ["a webhook without its URL", { alerting: { contactPoints: { ops: { webhook: { token: "swordfish" } } } } }],
    ["a heartbeat's URL without its scheme", { alerting: { heartbeat: { url: "watch.example.org/push/swordfish" } } }],
    ["a contact point of another shape", { alerting: { contactPoints: [{ webhook: { token: "swordfish" } }] } }],
    ["hosts as a list", { hosts: [{ ...hosts.web, privateKey: "swordfish" }] }],
    ["the private key in the public one's place", host({ hostKey: secret })],
  ];
  for (const [what, values] of leaks) test(what, () => assert.doesNotMatch(JSON.stringify(mistakes(values)), /swordf/));
});

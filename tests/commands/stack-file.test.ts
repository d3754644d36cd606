import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { after, test } from "node:test";
import { stringify } from "yaml";
import { fileConfig } from "../../commands/stack-file.ts";
import { heartbeatPath } from "../../components/uptime-watch/heartbeat.ts";
import { serverOf } from "../../config/config.ts";
import { stackFile } from "../../config/stack-file.ts";
import { hosts } from "../config/sample.ts";

const stack = `test-stack-file-${process.pid}`;
const secure = { secure: "v1:nonce:ciphertext" };
after(() => rm(stackFile(stack), { force: true }));

test("a stack's file is enough to know where everything is, whatever in it is encrypted", async () => {
  const config = {
    "watchpost:hosts": {
      web: { ...hosts.web, privateKey: secure },
      outside: { ...hosts.web, address: "192.0.2.20", role: "watch" },
    },
    "watchpost:loki": { listen: "127.0.0.1:4100" },
    "watchpost:grafana": { adminPassword: secure },
    "watchpost:alerting": {
      contactPoints: { hook: { webhook: { url: "https://hook.example.org/", token: secure } } },
      heartbeat: { url: `https://watch.example.org${heartbeatPath}`, token: secure },
    },
    "watchpost:watch": { webhook: { url: "https://hook.example.org/" } },
    "watchpost:deleteData": true,
    "other:key": "else",
  };
  await writeFile(stackFile(stack), stringify({ encryptionsalt: "v1:salt", config }));
  const read = fileConfig(stack);
  assert.deepEqual([serverOf(read).address, read.loki.listen], ["192.0.2.10", "127.0.0.1:4100"]);
  assert.equal(serverOf(read).privateKey, undefined, "what is encrypted is no key");
});

test("a stack without a file is told by its name", () => {
  assert.throws(
    () => fileConfig("nowhere"),
    /there is no .*Pulumi\.nowhere\.yaml: expected the config file of the stack nowhere/,
  );
});

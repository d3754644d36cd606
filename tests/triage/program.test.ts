import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { programFiles, programFolder } from "../../components/triage/files.ts";
import { run } from "../../toolchain/command.ts";
import type { ServiceSecrets } from "../../triage/service/settings.ts";
import { deploy, plainly, secretsIn } from "../program/deploy.ts";
import { of, units } from "../program/resources.ts";

const values = {
  alerting: {
    smtp: {
      host: "mail.example.org:587",
      from: "watchpost@example.org",
      user: "mailer",
      password: "swordfish-of-smtp",
    },
    contactPoints: {
      ops: { emails: ["ops@example.org"], webhook: { url: "https://hook.example.org/", token: "swordfish-of-hook" } },
      other: { emails: ["other@example.org"] },
    },
  },
  triage: {
    enabled: true,
    endpoint: "https://vllm.example.org/v1",
    apiKey: "swordfish-of-vllm",
    contactPoints: ["ops"],
    severities: ["critical"],
  },
};

describe("the triage service in the program", () => {
  test("is not there by default, and nothing of it", async () => {
    const stack = await deploy({ alerting: values.alerting });
    assert.doesNotMatch(JSON.stringify(stack.resources.map(({ name, type }) => [name, type])), /triage|Annotation/i);
  });

  test("is a container of the pod with its program, its settings and one secret", async () => {
    const stack = await deploy(values);
    const unit = units(stack).find(({ unit }) => unit === "watchpost-triage.service") as unknown as {
      files: { path: string; content: string }[];
      triggers: string[];
    };
    const text = (path: string) => unit.files.find((file) => file.path === path)?.content ?? "";
    assert.match(text("watchpost-triage.container"), /Pod=watchpost\.pod[\s\S]*User=65534:65534/);
    const settings = JSON.parse(text("/etc/watchpost/triage/settings.json"));
    assert.deepEqual(settings.model, {
      endpoint: "https://vllm.example.org/v1",
      timeout: 120_000,
      retries: 1,
    });
    assert.deepEqual(settings.mail.to, ["ops@example.org"]);
    assert.ok(settings.rules.length > 90);
    assert.deepEqual(unit.triggers, ["v1"]);
    assert.doesNotMatch(JSON.stringify(unit), /swordfish/);
  });

  test("has its keys and tokens in the secret, and nowhere in plain text", async () => {
    const stack = await deploy(values);
    const secret = of(stack, "PodmanSecret").find(({ inputs }) => inputs.secret === "watchpost-triage");
    const [value = ""] = JSON.parse(secretsIn(secret?.inputs)) as string[];
    const { webhooks, ...others } = JSON.parse(value) as ServiceSecrets;
    assert.deepEqual(webhooks, [
      { name: "ops", url: "https://hook.example.org/", authorization: "Bearer swordfish-of-hook" },
    ]);
    assert.equal(others.apiKey, "swordfish-of-vllm");
    assert.equal(others.smtpPassword, "swordfish-of-smtp");
    assert.equal(others.receiverToken, "made-at-random");
    assert.doesNotMatch(plainly(stack.resources), /swordfish/);
  });

  test("is told by a policy of its own, after which everybody is told as before", async () => {
    const policies = async (more: object) => {
      const [policy] = of(await deploy({ ...values, ...more }), "NotificationPolicy");
      return policy?.inputs.policies as { contactPoint: string; continue?: boolean; matchers: { value: string }[] }[];
    };
    const [heartbeat, triage, ...rest] = await policies({});
    const without = await policies({ triage: {} });
    assert.deepEqual([heartbeat, ...rest], without);
    assert.equal(triage?.contactPoint, "triage");
    assert.equal(triage?.continue, true);
    assert.equal(triage?.matchers[0]?.value, "critical");
  });

  test("leaves an annotation of what was deployed", async () => {
    const [annotation] = of(await deploy(values), "Annotation");
    assert.match(String(annotation?.inputs.text), /^Watchpost deployed: configuration [0-9a-f]{8}$/);
    assert.deepEqual(annotation?.inputs.tags, ["watchpost-deploy"]);
  });
});

test("the files that are brought are all that the service needs", async () => {
  const folder = await mkdtemp(join(tmpdir(), "watchpost-triage-"));
  try {
    for (const { path, content } of programFiles()) {
      const file = join(folder, path.slice(programFolder.length));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    const started = run(process.execPath, [join(folder, "service/main.ts")]);
    // it gets as far as its settings, so that every import was there
    await assert.rejects(started, /ENOENT.*\/etc\/watchpost\/triage\/settings\.json/);
    assert.ok(programFiles().every(({ path }) => !/evaluation|\/rules\.ts|stack\.ts/.test(path)));
  } finally {
    await rm(folder, { recursive: true });
  }
});

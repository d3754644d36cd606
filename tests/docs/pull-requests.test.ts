import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
interface Job {
  if: string;
  environment?: string;
  permissions?: Record<string, string>;
  steps: Step[];
}

const repository = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(repository, "docs", "pull-requests.md"), "utf8");
const [, text = ""] = /```yaml\n(# \.github\/workflows\/.*?)```/s.exec(page) ?? [];
const workflow: { env?: unknown; permissions: Record<string, string>; jobs: Record<string, Job> } = parse(text);
const jobs = Object.values(workflow.jobs);
const steps = jobs.flatMap((job) => job.steps);
const ofPullRequests = jobs.filter((job) => job.if.includes("pull_request"));

describe("the workflow of docs/pull-requests.md", () => {
  test("has one job for pull requests, and it is given no secret and no backend", () => {
    assert.equal(ofPullRequests.length, 1);
    assert.doesNotMatch(JSON.stringify(ofPullRequests), /secrets\.|secrets\[|PULUMI_|_KEY|environment/i);
    assert.equal(workflow.env, undefined, "what is given to all jobs is given to that one too");
  });

  test("gives the job's token to none of the steps that run the branch's code", () => {
    const [job] = ofPullRequests;
    const first = job?.steps.findIndex(({ run }) => run?.startsWith("npm")) ?? -1;
    assert.ok(first > 0);
    for (const step of job?.steps.slice(first) ?? []) assert.deepEqual(Object.keys(step), ["run"]);
  });

  test("gives its secrets to an environment's jobs only, none of which runs for a pull request", () => {
    const secret = jobs.filter((job) => JSON.stringify(job).includes("secrets."));
    assert.equal(secret.length, 2);
    for (const { environment, if: when } of secret) {
      assert.equal(environment, "production");
      assert.match(when, /^github\.event_name == '(push|schedule)'$/);
    }
  });

  test("may write nothing", () => {
    assert.deepEqual(workflow.permissions, { contents: "read" });
    for (const { permissions = {} } of jobs)
      for (const access of Object.values(permissions)) assert.equal(access, "read");
  });

  test("names each action by its commit, with its version beside it", () => {
    const used = text.split("\n").filter((line) => line.includes("uses:"));
    assert.ok(used.length > 5);
    for (const line of used) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+/);
  });

  test("leaves no token in the checkout, and runs no install script", () => {
    for (const { uses, with: inputs } of steps)
      if (uses?.startsWith("actions/checkout@")) assert.equal(inputs?.["persist-credentials"], false);
    for (const { run } of steps) if (run?.includes("npm ci")) assert.equal(run, "npm ci --ignore-scripts");
  });

  test("runs commands that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    const asked = steps.flatMap(({ run = "" }) => /npm run (\S+)/.exec(run)?.[1] ?? []);
    assert.deepEqual(asked, ["preview", "preview:base"]);
    for (const name of asked) assert.ok(name in scripts, name);
  });

  test("has before it what the author of a pull request can get", () => {
    assert.match(page, /^# .*\n\nWhat the author of a pull request can get: /);
  });
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { podConfigs } from "../../components/pod/configs.ts";
import { configWith } from "../config/sample.ts";
import { containerTexts } from "./containers.ts";
import { QuadletText } from "./quadlet-text.ts";

const smtp = {
  host: "mail.example.org:587",
  user: "mailer",
  password: "swordfish",
  from: "watchpost@example.org",
  fromName: 'Watchpost; "prod" # 1',
  startTls: "opportunistic",
};

const iniOf = (values?: Record<string, unknown>) => {
  const config = configWith(values);
  const file = podConfigs.grafana(config, []).files.find(({ path }) => path.endsWith("/grafana.ini"));
  return { text: file?.content ?? "", quadlet: new QuadletText(containerTexts(config).grafana ?? "") };
};
const section = (text: string, name: string) => text.split(`[${name}]\n`)[1]?.split("\n\n")[0]?.trim().split("\n");

describe("Grafana's own config", () => {
  test("reads its secrets from the files that podman mounts", () => {
    const { text, quadlet } = iniOf({ alerting: { smtp } });
    const mounted = quadlet.all("Container.Secret").map((secret) => secret.split(",")[0]);
    const read = [...text.matchAll(/\$__file\{\/run\/secrets\/([\w-]+)\}/g)].map(([, name]) => name);
    assert.deepEqual(read.sort(), mounted.sort());
    assert.equal(read.length, 2);
    assert.doesNotMatch(text, /swordfish/);
  });

  test("sends mails through the server of the config", () => {
    const lines = section(iniOf({ alerting: { smtp } }).text, "smtp");
    assert.deepEqual(lines, [
      "enabled = true",
      "host = `mail.example.org:587`",
      "user = `mailer`",
      "password = `$__file{/run/secrets/watchpost-grafana-smtp-password}`",
      "from_address = `watchpost@example.org`",
      'from_name = `Watchpost; "prod" # 1`',
      "startTLS_policy = `OpportunisticStartTLS`",
    ]);
  });

  test("sends none without one, and mounts no password for a server that wants none", () => {
    assert.deepEqual(section(iniOf().text, "smtp"), ["enabled = false"]);
    const { password: _none, ...open } = smtp;
    const { text, quadlet } = iniOf({ alerting: { smtp: open } });
    assert.doesNotMatch(text, /smtp-password/);
    assert.equal(quadlet.all("Container.Secret").length, 1);
  });

  test("has people begin at a dashboard that is there", () => {
    assert.ok(section(iniOf().text, "users")?.includes("home_page = `/d/watchpost-services`"));
    assert.doesNotMatch(iniOf({ grafana: { access: "none" } }).text, /home_page/);
  });

  test("has a break-glass login that no account of the login provider's is taken for", () => {
    const { text, quadlet } = iniOf();
    assert.deepEqual(section(text, "security")?.slice(0, 2), [
      "admin_user = `break-glass`",
      "admin_email = `break-glass@localhost`",
    ]);
    // Grafana reads the password at its first start only
    assert.match(
      quadlet.one("Service.ExecStartPost") ?? "",
      /reset-admin-password --password-from-stdin <\/run\/secrets\//,
    );
  });

  test("locks nobody out of a login whose password nobody guesses", () => {
    const lock = /disable_username_login_protection = true/;
    assert.match(iniOf().text, lock);
    assert.match(iniOf({ grafana: { adminPassword: "sixteen letters!" } }).text, lock);
    assert.doesNotMatch(iniOf({ grafana: { adminPassword: "eight..8" } }).text, lock);
  });

  test("sends cookies over TLS alone where people open it so", () => {
    const secure = (rootUrl?: string) => /^cookie_secure = true$/m.test(iniOf({ grafana: { rootUrl } }).text);
    assert.deepEqual(
      [secure("https://grafana.example.org/"), secure("http://grafana.lan/"), secure()],
      [true, false, false],
    );
  });

  test("knows how people open it, where the config says so", () => {
    const rootUrl = "https://grafana.example.org/";
    assert.deepEqual(section(iniOf({ grafana: { rootUrl } }).text, "server"), [`root_url = \`${rootUrl}\``]);
    assert.equal(section(iniOf().text, "server"), undefined);
  });
});

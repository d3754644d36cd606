import type { dynamic } from "@pulumi/pulumi";
import { provider as hostCommand } from "../../providers/host-command.ts";
import { provider as hostFile, sha256 } from "../../providers/host-file.ts";
import { provider as podmanImage } from "../../providers/podman-image.ts";
import { provider as podmanSecret } from "../../providers/podman-secret.ts";
import { provider as preflight } from "../../providers/preflight.ts";
import { provider as serviceUser } from "../../providers/service-user.ts";
import { provider as systemdUnit } from "../../providers/systemd-unit.ts";
import { facts } from "./facts.ts";

/** A kind of host object, and what a host says of one. */
export interface KindFixture {
  name: string;
  provider: (config: dynamic.Config) => Required<Omit<dynamic.ResourceProvider, "configure">>;
  inputs: Record<string, unknown>;
  /** The inputs whose change makes it another object. */
  identity: string[];
  /** What the host prints where it is as declared. */
  asDeclared: string;
  /** What the host prints where it is not, by what happened. */
  drifts: Record<string, string>;
  /** Whether it can be gone, and be taken away. */
  lasting?: boolean;
}

const content = "[Container]\nImage=abc\n";
const config = "scrape: []\n";
const quadlet = { path: "app.container", content, change: "restart", mode: "644", owner: "root:root" };
const file = { path: "/etc/app/app.yml", content: config, change: "reload", mode: "644", owner: "root:root" };
const same = (index: string, text: string): [string, ...string[]] => [
  "file",
  index,
  "644",
  "root:root",
  sha256(text),
  "",
];
const base64 = (text: string) => Buffer.from(text).toString("base64");
const range = "100000-65536";

export const kinds: KindFixture[] = [
  {
    name: "HostFile",
    provider: hostFile,
    inputs: { path: "/etc/app.conf", content, mode: "644", owner: "root:root" },
    identity: ["path"],
    asDeclared: facts(same("0", content)),
    drifts: {
      "edited file": facts(["file", "0", "644", "root:root", sha256("x"), base64("x")]),
      "changed owner": facts(["file", "0", "644", "app:app", sha256(content), ""]),
      "changed mode": facts(["file", "0", "666", "root:root", sha256(content), ""]),
    },
  },
  {
    name: "SystemdUnit",
    provider: systemdUnit,
    inputs: {
      unit: "app.service",
      user: "app",
      files: [quadlet, file],
      validate: ["true"],
      deleteVolumes: [],
      triggers: ["1"],
      timeoutSeconds: 60,
    },
    identity: ["unit", "user"],
    asDeclared: facts(same("0", content), same("1", config), ["unit", "active"]),
    drifts: {
      "stopped unit": facts(same("0", content), same("1", config), ["unit", "inactive"]),
      "failed unit": facts(same("0", content), same("1", config), ["unit", "failed"]),
      "edited file": facts(
        same("0", content),
        ["file", "1", "644", "root:root", sha256("x"), base64("x")],
        ["unit", "active"],
      ),
      "missing file": facts(same("1", config), ["unit", "active"]),
      "changed owner": facts(["file", "0", "644", "app:app", sha256(content), ""], same("1", config), [
        "unit",
        "active",
      ]),
    },
  },
  {
    name: "PodmanImage",
    provider: podmanImage,
    inputs: { user: "app", reference: "registry.example/app:1" },
    identity: ["user", "reference"],
    asDeclared: facts(["image", "0123abcd", "sha256:4567", "1"]),
    drifts: { "moved tag": facts(["image", "0123abcd", "sha256:4567", ""]) },
  },
  {
    name: "PodmanSecret",
    provider: podmanSecret,
    inputs: { user: "app", secret: "app-password", value: "hunter2-hunter2" },
    identity: ["user", "secret"],
    asDeclared: facts(["secret", sha256("hunter2-hunter2")]),
    drifts: { "changed value": facts(["secret", sha256("another")]) },
  },
  {
    name: "ServiceUser",
    provider: serviceUser,
    inputs: { user: "app", home: "/home/app", shell: "/usr/sbin/nologin", linger: true, range: 65536, keepData: true },
    identity: ["user", "home"],
    asDeclared: facts(["user", "990", "990", "1", "/usr/sbin/nologin", "1", range, range]),
    drifts: {
      "linger off": facts(["user", "990", "990", "1", "/usr/sbin/nologin", "", range, range]),
      "range gone": facts(["user", "990", "990", "1", "/usr/sbin/nologin", "1", range, ""]),
      "other shell": facts(["user", "990", "990", "1", "/bin/bash", "1", range, range]),
    },
  },
  {
    name: "Preflight",
    provider: preflight,
    inputs: { user: "app", home: "/home/app", range: 65536, ports: ["9090", "3100"], diskMib: 3072, users: {} },
    identity: [],
    asDeclared: facts(["host", "5.4.2", "257", "Debian GNU/Linux 13 (trixie)", "x86_64"]),
    drifts: {},
    lasting: true,
  },
  {
    name: "HostCommand",
    provider: hostCommand,
    inputs: { command: "proof", script: "echo proved", triggers: ["r1"] },
    identity: ["command"],
    asDeclared: "proved\n",
    drifts: {},
    lasting: true,
  },
];

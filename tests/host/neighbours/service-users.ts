import { readFile } from "node:fs/promises";
import { type QuadletSection, renderQuadlet } from "../../../components/quadlet.ts";
import type { Guest } from "../guest.ts";
import { toolsImage, toolsReference } from "./image.ts";

/** Where scripts run as root, or as one of the host's users. */
export type Shell = Pick<Guest, "sh">;

const archive = "/run/watchpost-test-tools.tar";

const make = (user: string) => `set -e
id -u ${user} >/dev/null 2>&1 || useradd --create-home --shell /usr/sbin/nologin ${user}
loginctl enable-linger ${user}
socket=/run/user/$(id -u ${user})/bus
timeout 60 sh -c "until [ -S $socket ]; do sleep 0.1; done"`;

/** Makes a service user whose podman has the image of the tests' services, or adopts it. */
export const serviceUser = async (shell: Shell, user: string): Promise<void> => {
  const input = await readFile(await toolsImage(), "base64");
  await shell.sh(`[ -e ${archive} ] || { base64 -d >${archive}.$$ && mv ${archive}.$$ ${archive}; }`, { input });
  await shell.sh(make(user));
  await shell.sh(`podman image exists ${toolsReference} || podman load --quiet --input ${archive}`, { user });
};

/** A container of a service: what its shell runs, and further keys of its quadlet. */
export interface ServiceContainer {
  script: string;
  container?: QuadletSection;
  service?: QuadletSection;
}

const quadlet = (name: string, { script, container, service }: ServiceContainer) =>
  renderQuadlet({
    Unit: { Description: `${name}, a service of Watchpost's tests`, StartLimitIntervalSec: 0 },
    Container: {
      ContainerName: name,
      Image: toolsReference,
      Pull: "never",
      Exec: JSON.stringify(script).replaceAll("$", "$$$$").replaceAll("%", "%%"),
      LogDriver: "journald",
      Network: "none",
      ...container,
    },
    Service: service,
  });

/**
 * Starts containers of a user as units of their own names; whether they get up is not waited for unless told.
 * @throws AssertionError when they were waited for, and one did not.
 */
export const startContainers = async (
  shell: Shell,
  user: string,
  containers: Record<string, ServiceContainer>,
  { wait = false }: { wait?: boolean } = {},
): Promise<void> => {
  const files = Object.entries(containers).map(
    ([name, container]) => `cat >${name}.container <<'END OF QUADLET'\n${quadlet(name, container)}END OF QUADLET`,
  );
  const script = [
    "set -e",
    "mkdir -p ~/.config/containers/systemd",
    "cd ~/.config/containers/systemd",
    ...files,
    "systemctl --user daemon-reload",
    `systemctl --user start ${wait ? "" : "--no-block"} ${Object.keys(containers).join(" ")}`,
  ];
  await shell.sh(script.join("\n"), { user });
};

/** Waits until a container's unit, once started, has ended. */
export const ended = (shell: Shell, user: string, name: string): Promise<string> =>
  shell.sh(`while systemctl --user --quiet is-active ${name}; do sleep 0.1; done`, { user });

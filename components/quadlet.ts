/** A value of a quadlet key; an array repeats the key; undefined leaves it out. */
export type QuadletValue = string | number | boolean | readonly string[] | undefined;
export type QuadletSection = Record<string, QuadletValue>;

/** A quadlet file as sections of keys, in the order in which they are written. */
export type Quadlet = Record<string, QuadletSection | undefined>;

const lines = (key: string, value: QuadletValue): string[] => {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((one) => `${key}=${one}`);
};

/** Writes a quadlet, the same text for the same value. Source of the keys: podman-systemd.unit(5) of Podman 5.0. */
export const renderQuadlet = (quadlet: Quadlet): string =>
  Object.entries(quadlet)
    .filter(([, section]) => section !== undefined)
    .map(([name, section]) =>
      [`[${name}]`, ...Object.entries(section ?? {}).flatMap(([key, value]) => lines(key, value)), ""].join("\n"),
    )
    .join("\n");

/** What every container of the stack is told; see `containerQuadlet` for what they have in common. */
export interface ContainerSpec {
  /** Of the container and, with `.service`, of its unit. */
  name: string;
  description: string;
  /** Id of the image, so that a tag that moved changes nothing. */
  image: string;
  /** Where the image came from: a comment for the reader of the host's files. */
  reference: string;
  exec: string;
  /** As podman's --volume takes them. */
  volumes: string[];
  environment?: Record<string, string>;
  /** Command of the health check and its arguments; there may be no shell in the image. Without it started is enough. */
  health?: string[];
  /** As systemd takes it, `1G`. */
  memory: string;
  /** Whether SIGHUP makes it read its config anew. */
  reloadable?: boolean;
  /** Unit that has to stop after this one. */
  after?: string;
  /** Further keys of [Container]. */
  container?: QuadletSection;
  /** Further keys of [Service]. */
  service?: QuadletSection;
  wantedBy: "default.target" | "multi-user.target";
}

const healthKeys = (command: string): QuadletSection => ({
  HealthCmd: command,
  HealthInterval: "30s",
  HealthTimeout: "10s",
  HealthRetries: 4,
  // the first checks come every second, so that a start takes no longer than it has to
  HealthStartupCmd: command,
  HealthStartupInterval: "1s",
  HealthStartupTimeout: "5s",
  HealthOnFailure: "kill",
  Notify: "healthy",
});

/** A container as the stack runs each of them: no capabilities, read-only root, healthy before it counts as started. */
export const containerQuadlet = (spec: ContainerSpec): string =>
  `# ${spec.reference}\n${renderQuadlet({
    Unit: { Description: spec.description, After: spec.after, StartLimitIntervalSec: 0 },
    Container: {
      ContainerName: spec.name,
      Image: spec.image,
      Pull: "never",
      Exec: spec.exec,
      Volume: spec.volumes,
      Environment: Object.entries(spec.environment ?? {}).map(([key, value]) => `${key}=${value}`),
      LogDriver: "journald",
      ReadOnly: true,
      NoNewPrivileges: true,
      // with SELinux no container reads what root has in /etc, and a user may not label it for one
      SecurityLabelDisable: true,
      DropCapability: "ALL",
      ...(spec.health ? healthKeys(JSON.stringify(spec.health)) : {}),
      ...spec.container,
    },
    Service: {
      Restart: "always",
      RestartSec: 5,
      // podman before 6 does not extend the start timeout by the health check's start period
      TimeoutStartSec: 600,
      TimeoutStopSec: 90,
      MemoryMax: spec.memory,
      // ReloadSignal= needs podman 5.5
      ExecReload: spec.reloadable ? `/usr/bin/podman kill --signal=HUP ${spec.name}` : undefined,
      ...spec.service,
    },
    Install: { WantedBy: spec.wantedBy },
  })}`;

import type * as pulumi from "@pulumi/pulumi";
import { parseFile, sha256 } from "./host-file.ts";
import { HostResource } from "./host-resource.ts";
import { type Kind, lifecycle } from "./kind.ts";
import { parseFacts, script } from "./script.ts";

/** A file that a unit runs from. */
export interface UnitFile {
  /** Absolute, or a quadlet's file name: `watchpost-loki.container` goes to where the user's quadlets live; a unit file in /etc/systemd/system is enabled. */
  path: string;
  content: string;
  /** What a change of it asks of the unit. */
  change: "restart" | "reload";
  /** Octal. */
  mode: string;
  /** `user:group` */
  owner: string;
}

export interface SystemdUnitInputs {
  /** `watchpost-loki.service` */
  unit: string;
  /** Whose systemd manager; empty for the system's. */
  user: string;
  /** Its quadlets and configs: they and the unit change together, or not at all. */
  files: UnitFile[];
  /** Command lines, run as the user, that must accept the new files before they replace the old ones; `{stage}` stands before each absolute path. */
  validate: string[];
  /** Podman volumes to delete with the unit. */
  deleteVolumes: string[];
  /** Values of anything else that the unit has to be restarted for. */
  triggers: string[];
  /** Until the unit has to be active (for a container: healthy). */
  timeoutSeconds: number;
  /**
   * As systemd says it; anything but `active` is drift. `disabled` is active, and not enabled; `outdated` is active, and
   * systemd or the process is behind the files, or a run that changed them was cut off.
   */
  state: string;
}

/** What a unit that runs was started from; files that it only reloads are not part of it. */
const startedFrom = ({ files, triggers }: SystemdUnitInputs): string => {
  const read = files.filter(({ change }) => change === "restart").map(({ path, content }) => [path, content]);
  return sha256(JSON.stringify([read, triggers]));
};

const names = (inputs: SystemdUnitInputs) => ({
  unit: inputs.unit,
  user: inputs.user,
  paths: inputs.files.map(({ path }) => path),
  sums: inputs.files.map(({ content }) => sha256(content)),
  revision: startedFrom(inputs),
});

/** The unit's inputs as the host has them; a missing file is left out. */
export const parseUnit = (stdout: string, state: SystemdUnitInputs): SystemdUnitInputs => {
  const facts = parseFacts(stdout);
  const files = facts
    .filter(({ word }) => word === "file")
    .flatMap(({ values }) => {
      const { index, mode, owner, sum, content } = parseFile(values);
      const file = state.files[index];
      return file ? [{ ...file, mode, owner, content: sum === sha256(file.content) ? file.content : content }] : [];
    });
  return { ...state, files, state: facts.find(({ word }) => word === "unit")?.values[0] ?? "gone" };
};

export interface SystemdUnitFacts {
  /** Changes whenever the unit's files or triggers did. */
  revision: string;
}

const revision = ({ files, triggers }: SystemdUnitInputs) => ({ revision: sha256(JSON.stringify([files, triggers])) });

const kind: Kind<SystemdUnitInputs, SystemdUnitFacts> = {
  identity: ["unit", "user"],
  id: ({ user, unit }) => (user ? `${user}/${unit}` : unit),
  check: async (inputs) => ({ ...inputs, state: "active" }),
  async sync(host, wanted, was) {
    const { files, validate, timeoutSeconds, triggers } = wanted;
    const variables = {
      ...names(wanted),
      contents: files.map(({ content }) => content),
      modes: files.map(({ mode }) => mode),
      owners: files.map(({ owner }) => owner),
      changes: files.map(({ change }) => change),
      gone: (was?.files ?? []).map(({ path }) => path).filter((path) => !files.some((file) => file.path === path)),
      validate,
      restart: was !== undefined && JSON.stringify(was.triggers) !== JSON.stringify(triggers),
      timeout: timeoutSeconds,
    };
    await host.run({
      what: `SystemdUnit ${wanted.unit}`,
      script: script("unit-sync", variables),
      // checking, starting, and putting back
      timeoutSeconds: 2 * timeoutSeconds + 120,
    });
    return revision(wanted);
  },
  async observe(host, state) {
    const { unit } = state;
    const stdout = await host.run({ what: `SystemdUnit ${unit}`, script: script("unit-read", names(state)) });
    const inputs = parseUnit(stdout, state);
    return inputs.files.length === 0 && inputs.state !== "active" ? undefined : { inputs, facts: revision(inputs) };
  },
  async remove(host, state) {
    const variables = { ...names(state), volumes: state.deleteVolumes };
    await host.run({ what: `SystemdUnit ${state.unit}`, script: script("unit-delete", variables) });
  },
};

export const provider = lifecycle(kind);

export interface SystemdUnitArgs {
  unit: pulumi.Input<string>;
  user: pulumi.Input<string>;
  files: { path: string; content: pulumi.Input<string>; change?: UnitFile["change"]; mode?: string }[];
  validate?: pulumi.Input<string>[];
  deleteVolumes?: pulumi.Input<string>[];
  triggers?: pulumi.Input<string>[];
  /** @default 120 */
  timeoutSeconds?: pulumi.Input<number>;
}

/** A unit, most often a quadlet's, with the files that it runs from: started, healthy, and changed as one. */
export class SystemdUnit extends HostResource {
  declare readonly unit: pulumi.Output<string>;
  declare readonly revision: pulumi.Output<string>;
  constructor(name: string, args: SystemdUnitArgs, opts: pulumi.CustomResourceOptions) {
    const files = args.files.map((file) => ({ change: "restart", mode: "644", owner: "root:root", ...file }));
    const defaults = { validate: [], deleteVolumes: [], triggers: [], timeoutSeconds: 120 };
    super("SystemdUnit", "./providers/systemd-unit.ts", name, { ...defaults, ...args, files }, ["revision"], opts);
  }
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { provider as images } from "../../../providers/podman-image.ts";
import { provider as users } from "../../../providers/service-user.ts";
import { provider as units } from "../../../providers/systemd-unit.ts";
import { rebootHost, removeHost, startHost, type ThrowawayHost } from "../../../throwaway/host.ts";
import { until } from "../../../throwaway/until.ts";
import { Guest } from "../guest.ts";
import { toolsImage, toolsReference } from "../neighbours/image.ts";

type Lifecycle = ReturnType<typeof units>;
/** A unit's inputs. */
export type Inputs = Parameters<Lifecycle["create"]>[0];

export interface Fault {
  /** The command of the job at which it strikes, from 1. */
  at: number;
  /** `kill` and `term` of the job's bash, `cut` of its connection. */
  fault: "kill" | "term" | "cut" | "count";
}

const name = "test-faults";
const user = "app";
const unit = "app.service";

/** A throwaway host with one rootless container, deployed by the providers themselves. */
export class Struck {
  #host!: ThrowawayHost;
  #units!: Lifecycle;
  #boots = 0;
  guest!: Guest;

  async start(): Promise<void> {
    await removeHost(name);
    this.#booted(await startHost(name));
    const hook = await readFile(join(import.meta.dirname, "timeout.sh"), "utf8");
    await this.guest.sh("cat >/usr/local/bin/timeout; chmod 755 /usr/local/bin/timeout", { input: hook });
    const fixed = { home: `/home/${user}`, shell: "/usr/sbin/nologin", linger: true, range: 65536, keepData: false };
    await users(this.#config).create({ user, ...fixed });
    const image = { user, reference: toolsReference, archive: await toolsImage() };
    const checked = await images(this.#config).check({} as never, image);
    await images(this.#config).create(checked.inputs);
  }

  get #config() {
    const { address, port, hostKey, privateKey } = this.#host;
    const settings: Record<string, string> = {
      // another connection after each boot
      "host:name": `${name}-${this.#boots}`,
      "host:address": address,
      "host:port": String(port),
      "host:user": "root",
      "host:key": hostKey,
      "host:privateKey": privateKey,
      "host:stack": "watchpost/faults",
    };
    const get = (key: string) => settings[key];
    return { get, require: get } as unknown as Parameters<typeof units>[0];
  }

  #booted(host: ThrowawayHost): void {
    this.#host = host;
    this.#boots += 1;
    this.guest = new Guest(host);
    this.#units = units(this.#config);
  }

  /** A version of the unit: its quadlet and its config say which. */
  version(number: number): Inputs {
    const quadlet = [
      "[Container]",
      "ContainerName=app",
      `Image=${toolsReference}`,
      `Label=version=${number}`,
      "Volume=/etc/watchpost/app:/config:ro",
      'Exec="cat /config/app.conf >/tmp/read; exec sleep 1000000"',
      "[Service]",
      "Restart=always",
      "RestartSec=0",
      "[Install]",
      "WantedBy=default.target",
      "",
    ].join("\n");
    const file = { change: "restart" as const, mode: "644", owner: "root:root" };
    return {
      unit,
      user,
      files: [
        { ...file, path: "app.container", content: quadlet },
        { ...file, path: "/etc/watchpost/app/app.conf", content: `${number}` },
        { ...file, path: "/etc/watchpost/app/other.conf", content: `${number}` },
      ],
      validate: [],
      deleteVolumes: [],
      triggers: [],
      timeoutSeconds: 30,
      state: "active",
    };
  }

  async deploy(number: number): Promise<Inputs> {
    return (await this.#units.create(this.version(number))).outs as Inputs;
  }

  /** Brings the unit to a version; a job that a fault meets may fail. Returns the state as it then is. */
  async update(was: Inputs, wanted: Inputs, fault?: Fault): Promise<Inputs> {
    if (!fault) return (await this.#units.update("app", was as never, wanted)).outs as Inputs;
    await this.guest.sh(`rm -f /root/struck; echo '${fault.at} ${fault.fault}' >/root/fault`);
    return this.#units.update("app", was as never, wanted).then(
      ({ outs }) => outs as Inputs,
      () => was,
    );
  }

  /** How many commands an update has, by doing one. */
  async count(was: Inputs): Promise<{ commands: number; declared: Inputs }> {
    const declared = await this.update(was, this.version(2), { at: 0, fault: "count" });
    return { commands: Number(await this.guest.sh("cat /root/commands")), declared };
  }

  /** Whether the last fault has met its job. */
  async met(): Promise<boolean> {
    return (await this.guest.sh("ls /root/struck 2>/dev/null || true")) !== "";
  }

  async after(what: "nothing" | "restarts" | "reboot" | "clock"): Promise<void> {
    await this.guest.sh("rm -f /root/fault");
    if (what === "restarts") {
      // one that was stopped stays so
      await this.guest.sh(`systemctl --user -M ${user}@ kill -s KILL ${unit} || true`);
      await until("the container has come up again, or is stopped", 30_000, async () => {
        const state = await this.guest.sh(`systemctl --user -M ${user}@ show -p ActiveState --value ${unit}`);
        return state === "active" || state === "inactive" || state === "failed" ? true : undefined;
      });
    }
    if (what === "reboot") this.#booted(await rebootHost(this.#host, "power"));
    if (what === "clock") {
      const folders = "/etc/watchpost /etc/containers /etc/systemd /var/lib/watchpost";
      // a job that lost its connection may still be at its files
      await this.guest.sh(`find ${folders} -ignore_readdir_race -exec touch -c -h -d '+1 hour' {} +`);
    }
  }

  /** A change of one file as a power cut leaves it in the middle: renamed, and the old one kept beside it. */
  async cutInTheMiddle(): Promise<void> {
    await this.guest.sh(`
      change=/var/lib/watchpost/changes/unit:${user}:${unit} file=/etc/watchpost/app/app.conf
      mkdir -p $change && touch $change/lock $change/spare && printf ${user} >$change/user
      ln $file /etc/watchpost/app/.app.conf.watchpost-old
      echo half >$file.draft && mv $file.draft $file && echo "put $file" >$change/files`);
  }

  /** What runs: the quadlet's version, the config's that it read, and what lies on the disk. */
  async seen(): Promise<string> {
    const inspect = `podman inspect --format '{{index .Config.Labels "version"}}' app; podman exec app cat /tmp/read; echo`;
    const running = await this.guest.sh(inspect, { user });
    return `${running}\n${await this.guest.sh("cat /etc/watchpost/app/app.conf; echo; cat /etc/watchpost/app/other.conf")}`;
  }

  /** The same, as a version declares it. */
  expected(wanted: Inputs): string {
    const version = wanted.files[1]?.content ?? "";
    return [version, version, version, version].join("\n");
  }

  /** What a refresh finds to differ: keys of the inputs. */
  async drift(state: Inputs): Promise<Record<string, unknown>> {
    const { inputs = {} } = await this.#units.read("app", state as never);
    const declared = state as unknown as Record<string, unknown>;
    const differing = Object.entries(inputs as object).filter(
      ([key, value]) => JSON.stringify(declared[key]) !== JSON.stringify(value),
    );
    return Object.fromEntries(differing);
  }

  /** Files that a change left. */
  leftovers(): Promise<string> {
    return this.guest.sh(
      "find /etc /var/lib/watchpost /run/watchpost -name '.*watchpost-*' -o -name '*.new' -path '*watchpost*' -o -path '*/changes/*' -o -path '*/stage/*'",
    );
  }

  async stop(): Promise<void> {
    await removeHost(name);
  }
}

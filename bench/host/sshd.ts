import type { Stage } from "../stage.ts";

/** What sshd saw of one ssh connection. */
export interface SshConnection {
  /** What the client calls itself: `ssh2js1.17.0`, `Go`. */
  client: string;
  /** Commands that it ran. */
  execs: number;
}

const dropIn = "/etc/ssh/sshd_config.d/00-bench.conf";

/** Has sshd log each connection's client and commands, until `close`. */
export const watchSshd = async (stage: Stage): Promise<{ close(): Promise<void> }> => {
  const bash = (script: string) => stage.onHost(["bash", "-ec", script]);
  await bash(`echo LogLevel DEBUG1 >${dropIn} && systemctl reload ssh`);
  return { close: async () => void (await bash(`rm ${dropIn} && systemctl reload ssh`)) };
};

interface Entry {
  _PID: string;
  MESSAGE: string;
}

const entries = (stdout: string) =>
  stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry);

/** The connections out of sshd's log lines: a process is known by its peer's port, and that by each command. */
export const connectionsOf = (log: Entry[]): SshConnection[] => {
  const ports = new Map<string, string>();
  const seen = new Map<string, SshConnection>();
  for (const { _PID, MESSAGE } of log) {
    const [, opened] = /^Connection from \S+ port (\d+)/.exec(MESSAGE) ?? [];
    if (opened) ports.set(_PID, opened);
    const [, client] = /remote software version (\S+)/.exec(MESSAGE) ?? [];
    const port = ports.get(_PID);
    if (client && port) seen.set(port, { client, execs: 0 });
    const [, started] = /^Starting session: .* port (\d+) id/.exec(MESSAGE) ?? [];
    const connection = started && seen.get(started);
    if (connection) connection.execs++;
  }
  return [...seen.values()];
};

/** The connections that sshd had while `work` went on. */
export const connectionsDuring = async (stage: Stage, work: () => Promise<unknown>): Promise<SshConnection[]> => {
  const journal = ["journalctl", "--quiet", "--no-pager", "--identifier=sshd-session"];
  const shown = await stage.onHost([...journal, "--lines=0", "--show-cursor"]);
  const cursor = /^-- cursor: (.*)$/m.exec(shown)?.[1];
  await work();
  const since = cursor ? [`--after-cursor=${cursor}`] : [];
  const fields = "--output-fields=_PID,MESSAGE";
  return connectionsOf(entries(await stage.onHost([...journal, ...since, "--output=json", fields])));
};

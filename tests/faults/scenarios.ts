import { sha256 } from "../../providers/host-file.ts";
import { script } from "../../providers/script.ts";
import { asRun, type Scenario } from "./world.ts";

/** A unit's files, by the name of each; undefined where it has no such file. */
interface Version {
  quadlet: string;
  settings?: string;
  rules?: string;
  extra?: string;
}

const paths = {
  quadlet: "/etc/containers/systemd/app.container",
  settings: "/etc/watchpost/app/1-settings.conf",
  rules: "/etc/watchpost/app/2-rules.conf",
  extra: "/etc/watchpost/app/3-extra.conf",
};

const filesOf = (version: Version) =>
  (Object.keys(paths) as (keyof Version)[]).flatMap((name) => {
    const text = version[name];
    return text === undefined ? [] : [{ name, path: paths[name], text }];
  });

const unitVariables = (version: Version, gone: string[] = []) => {
  const files = filesOf(version);
  return {
    user: "",
    unit: "app.service",
    paths: files.map(({ path }) => path),
    contents: files.map(({ text }) => text),
    sums: files.map(({ text }) => sha256(text)),
    modes: files.map(() => "644"),
    owners: files.map(() => "root:root"),
    changes: files.map(({ name }) => (name === "rules" ? "reload" : "restart")),
    gone,
    validate: [],
    restart: false,
    timeout: 5,
    revision: sha256(JSON.stringify(files.filter(({ name }) => name !== "rules"))),
    volumes: [],
  };
};

/** Bash functions that know a version on the disk and running. */
const knows = (word: string, version: Version | undefined): string => {
  const files = version ? filesOf(version) : [];
  const disk = Object.values(paths).map((path) => files.find((file) => file.path === path)?.text ?? "-");
  const configs = files.filter(({ name }) => name !== "quadlet").map(({ text }) => text);
  const revision = version ? unitVariables(version).revision : "";
  return `
is_${word}() { [[ $(on_disk) == '${disk.join(" ")}' ]]; }
runs_${word}() { [[ $(running) == '${version ? `${version.quadlet} ${configs.join("")} ${revision}` : "-"}' ]]; }`;
};

const unitCheck = (old: Version | undefined, next: Version | undefined): string => `
on_disk() { local path; for path in ${Object.values(paths).join(" ")}; do if [[ -e $path ]]; then printf '%s ' "$(<"$path")"; else printf -- '- '; fi; done | sed 's/ $//'; }
running() { if [[ -d $FAKE/running ]]; then printf '%s %s %s' "$(<"$FAKE/running/quadlet")" "$(<"$FAKE/running/configs")" "$(tr '\\0' '\\n' <"$FAKE/proc/77/environ" | sed -n 's/^WATCHPOST_REVISION=//p')"; else printf -- -; fi; }
ledger_of() { sort /var/lib/watchpost/made 2>/dev/null || true; }
${knows("old", old)}
${knows("new", next)}
is_whole() { is_old || is_new; }
ended_well() { { is_old && runs_old; } || { is_new && runs_new; }; }
reads_clean() { [[ $(grep '^fact unit' "{world}/out") == 'fact unit active' && $(grep -c '^fact file' "{world}/out") == ${next ? filesOf(next).length : 0} ]] && ! grep -qE '^fact file.* =.' "{world}/out"; }`;

const old: Version = { quadlet: "q1", settings: "a1", rules: "b1" };
const next: Version = { quadlet: "q2", settings: "a2", rules: "b2" };

const update = (name: string, from: Version | undefined, to: Version): Scenario => {
  const gone = from ? filesOf(from).flatMap(({ name, path }) => (to[name] === undefined ? [path] : [])) : [];
  return {
    name,
    before: from ? inShell(script("unit-sync", unitVariables(from))) : "",
    job: script("unit-sync", unitVariables(to, gone)),
    read: script("unit-read", unitVariables(to)),
    check: unitCheck(from, to),
  };
};

/** A job that makes the state before, as another run did it. */
const inShell = (job: string): string => `(
${asRun("before", job)}
) >/dev/null </dev/null || exit 1
rm -rf /run/watchpost`;

const unhealthy = (): Scenario => {
  const to: Version = { ...next, settings: "unhealthy" };
  const scenario = update("a unit's update that does not come up", old, to);
  // it is given up, and the program goes back to what was
  return {
    ...scenario,
    next: script("unit-sync", unitVariables(old)),
    read: script("unit-read", unitVariables(old)),
    check: `${unitCheck(old, to)}
is_whole() { is_old || [[ $(on_disk) == 'q2 unhealthy b2 -' ]]; }
is_new() { is_old; }
runs_new() { runs_old; }
reads_clean() { grep -q '^fact unit active$' "{world}/out"; }`,
  };
};

const removal: Scenario = {
  name: "a unit's removal",
  before: inShell(script("unit-sync", unitVariables(next))),
  job: script("unit-delete", unitVariables(next)),
  check: `${unitCheck(next, undefined)}
ended_well() { is_whole; }`,
};

const filePath = "/etc/watchpost/host.conf";
const apply = `cat ${filePath} >{world}/fake/applied 2>/dev/null || rm -f {world}/fake/applied`;
const fileVariables = (content: string) => ({
  path: filePath,
  content,
  mode: "644",
  owner: "root:root",
  validate: "",
  apply,
  sum: sha256(content),
});
const fileCheck = (from: string, to: string): string => `
on_disk() { cat ${filePath} 2>/dev/null || printf -- -; }
running() { cat {world}/fake/applied 2>/dev/null || printf -- -; }
ledger_of() { sort /var/lib/watchpost/made 2>/dev/null || true; }
is_whole() { [[ $(on_disk) == '${from}' || $(on_disk) == '${to}' ]]; }
is_new() { [[ $(on_disk) == '${to}' ]]; }
runs_new() { [[ $(running) == '${to}' ]]; }
ended_well() { [[ $(running) == "$(on_disk)" ]]; }
reads_clean() { ! grep -qE 'unapplied|^fact file.* =.' "{world}/out"; }`;

const file = (name: string, from: string | undefined, to: string): Scenario => ({
  name,
  before: from === undefined ? "" : inShell(script("file-sync", fileVariables(from))),
  job: script("file-sync", fileVariables(to)),
  read: script("file-read", fileVariables(to)),
  check: fileCheck(from ?? "-", to),
});

const fileRemoval: Scenario = {
  name: "a file's removal",
  before: inShell(script("file-sync", fileVariables("one"))),
  job: script("file-delete", fileVariables("one")),
  check: fileCheck("one", "-"),
};

const secret: Scenario = {
  name: "a secret's new value",
  before: inShell(script("secret-sync", { user: "", secret: "app", value: "old" })),
  job: script("secret-sync", { user: "", secret: "app", value: "new" }),
  check: `
on_disk() { cat {world}/var/podman/secret-app 2>/dev/null || printf -- -; }
running() { on_disk; }
ledger_of() { sort /var/lib/watchpost/made 2>/dev/null || true; find {world}/var/podman -type f; }
is_whole() { [[ $(on_disk) == old || $(on_disk) == new ]]; }
is_new() { [[ $(on_disk) == new ]]; }
runs_new() { is_new; }
ended_well() { is_whole; }`,
};

const image: Scenario = {
  name: "an image's pull",
  before: "",
  job: script("image-sync", { user: "", reference: "registry.example/app:1", image_id: "", digest: "", upload: false }),
  check: `
on_disk() { ls {world}/var/podman 2>/dev/null | tr '\\n' ' '; }
running() { on_disk; }
ledger_of() { sort /var/lib/watchpost/made 2>/dev/null || true; }
is_whole() { true; }
is_new() { [[ $(on_disk) == 'image tag ' ]] && grep -qx 'image root id1' /var/lib/watchpost/made; }
runs_new() { is_new; }
ended_well() { true; }`,
};

/** Changes of a unit, as a fault may meet them. */
export const updates: Scenario[] = [
  update("a unit's first deployment", undefined, old),
  update("a unit's update of all its files", old, next),
  update("a unit's update with a file more and one less", old, { quadlet: "q2", settings: "a1", extra: "c2" }),
];

/** What else becomes of a unit. */
export const turns: Scenario[] = [update("a unit's reload", old, { ...old, rules: "b2" }), unhealthy(), removal];

/** The other objects of a host. */
export const objects: Scenario[] = [
  file("a file's first writing", undefined, "one"),
  file("a file's update", "one", "two"),
  fileRemoval,
  secret,
  image,
];

/** The jobs that change a host, each as a fault may meet it. */
export const scenarios: Scenario[] = [...updates, ...turns, ...objects];

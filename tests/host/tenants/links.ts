import type { Guest } from "../guest.ts";

/** Files that mallory cannot read, each with a line of its own: of root's, in a folder of root's, and of shop's. */
export const hideFiles = async (guest: Guest, mark: string): Promise<void> => {
  const roots = `mkdir -p /root/hidden; echo ${mark}-of-roots-folder >/root/hidden/ctr.log; echo ${mark}-of-root >/root/probe`;
  await guest.sh(`umask 077; ${roots}`);
  await guest.sh(`umask 077; echo ${mark}-of-shop >~/probe`, { user: "shop" });
};

/** A script that puts a link in a ctr.log's place. @param folder The ctr.log's, as of `startBait`. */
export const linkLog = (folder: string, target: string): string =>
  `cd ${folder}; ln -s "$(realpath -m --relative-to=. ${target})" n; mv -T n ctr.log`;

/** The same, of the folder that a ctr.log lies in. */
export const linkFolder = (folder: string, target: string): string =>
  `cd ${folder}/..; mv userdata u2; ln -s "$(realpath -m --relative-to=. ${target})" userdata`;

/** A script that makes a terabyte of nothing of a ctr.log. */
export const makeSparse = (folder: string): string => `truncate -s 1T ${folder}/ctr.log`;

/** A script that puts a pipe in a ctr.log's place. */
export const makePipe = (folder: string): string => `rm ${folder}/ctr.log; mkfifo ${folder}/ctr.log`;

/** Puts the link and the file in each other's place as fast as it goes, until it is stopped. */
export const startFlipping = (guest: Guest, folder: string, target: string): Promise<string> => {
  const script = `cd ${folder}; ln -s "$(realpath -m --relative-to=. ${target})" n
    exec perl -e 'for (;;) { rename "ctr.log", "o"; rename "n", "ctr.log"; select undef, undef, undef, 0.001; rename "ctr.log", "n"; rename "o", "ctr.log"; select undef, undef, undef, 0.001 }'`;
  return guest.sh("cat >~/flip.sh; systemd-run --user --quiet --collect --unit=flips bash ~/flip.sh", {
    user: "mallory",
    input: script,
  });
};

/** Which of the hidden files Loki has lines of. */
export const hiddenSeen = async (guest: Guest, mark: string): Promise<string[]> => {
  // sudo and systemd tell commands
  const lines = await guest.lines(`{source=~".+"} |= "${mark}-of-" != "COMMAND="`);
  return [...new Set(lines.flatMap((line) => line.match(new RegExp(`${mark}-of-[a-z-]+`, "g")) ?? []))];
};

import type { Guest } from "../guest.ts";

/** Makes control groups, all of other names, until there are enough or time is up; some lie deep below one another. */
const make = `
use strict;
my ($count, $seconds, $deep) = @ARGV;
my ($made, $until, $long) = (0, time + $seconds, 'z' x 250);
mkdir "made"; chdir "made" or die;
FOLDER: for my $folder (1 .. 1000) {
  mkdir "f$folder" or last;
  for my $unit (1 .. 1000) {
    last FOLDER if $made >= $count || time > $until;
    mkdir "f$folder/made-up-$folder-$unit.service" or last FOLDER;
    $made++;
  }
}
for (1 .. $deep) { mkdir $long or last; chdir $long or last; $made++ }
print "$made\\n";`;

// by itself, as a path that deep has no name that the kernel would take
const remove = `
use strict;
my $deep = 0;
chdir "made" or exit;
for my $folder (glob "f*") {
  chdir $folder or next;
  rmdir for glob "made-up-*";
  chdir ".."; rmdir $folder;
}
my $long = 'z' x 250;
$deep++ while chdir $long;
for (1 .. $deep) { chdir ".."; rmdir $long }
chdir ".."; rmdir "made";`;

const perl = (guest: Guest, program: string, args = ""): Promise<string> =>
  guest.sh(`cd /sys/fs/cgroup/user.slice/user-$(id -u).slice/user@$(id -u).service && perl - ${args}`, {
    user: "mallory",
    input: program,
  });

/**
 * Makes control groups below mallory's manager, which are mallory's to make.
 * @param seconds How long at most.
 * @returns how many there are.
 */
export const makeCgroups = async (guest: Guest, count: number, seconds: number): Promise<number> =>
  Number(await perl(guest, make, `${count} ${seconds} 1000`));

/** Removes them again: a host goes faster without them. */
export const removeCgroups = (guest: Guest): Promise<string> => perl(guest, remove);

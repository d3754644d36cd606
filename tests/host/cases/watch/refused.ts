import assert from "node:assert/strict";
import { test } from "node:test";
import { checkGatus, gatus } from "../../../../components/uptime-watch/container.ts";
import { quote } from "../../../../providers/script.ts";
import type { TwoHosts } from "../../outside/two-hosts.ts";

/** What Gatus itself says of a config, before it replaces the old one. */
export const refused = (two: TwoHosts): void => {
  const check = async (edit: string) => {
    const { guest } = two.watch;
    const image = await guest.pod("podman inspect --format '{{.Image}}' watchpost-gatus");
    const stage = "/run/staged";
    await guest.sh(`mkdir -p ${stage}/etc/watchpost/gatus && sed '${edit}' ${gatus.config} >${stage}${gatus.config}`);
    const command = checkGatus(image).replaceAll("{stage}", stage);
    return guest.pod(`bash -c ${quote(command)} && echo taken || echo refused`);
  };

  test("the one that runs is taken", async () => assert.equal(await check(""), "taken"));

  test("a broken one is refused, with what is wrong in it", async () => {
    const said = await check("s/failure-threshold: 3/failure-threshold: often/");
    assert.match(said, /panic: error .*often.*\nrefused$/s);
  });
};

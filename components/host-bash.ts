import * as pulumi from "@pulumi/pulumi";
import type { Server } from "../config/config.ts";

/** What a `remote.Command` needs to run the bash on its standard input as root on that host. */
export const bashOn = ({ address, port, user, hostKey, privateKey }: Server) => {
  // bash would read its script from the same standard input as the commands in it
  const bash = `/bin/bash -c 'eval "$(cat)"'`;
  return {
    connection: {
      host: address,
      port,
      user,
      hostKey,
      ...(privateKey === undefined ? {} : { privateKey: pulumi.secret(privateKey) }),
      dialErrorLimit: 3,
      perDialTimeout: 10,
    },
    create: user === "root" ? bash : `sudo -n -- ${bash}`,
  };
};

import type * as pulumi from "@pulumi/pulumi";
import { ServiceUser } from "../../providers/service-user.ts";

/** Whom Alloy runs as: a user of the host who has nothing else. */
export const alloyUser = "watchpost-alloy";

/** Makes that user. The host's D-Bus talks to nobody without an account. */
export const makeAlloyUser = (name: string, opts: pulumi.CustomResourceOptions): ServiceUser => {
  const without = { shell: "/usr/sbin/nologin", linger: false, range: 0, keepData: false };
  return new ServiceUser(name, { user: alloyUser, home: `/var/lib/${alloyUser}`, ...without }, opts);
};

import * as z from "zod";
import { userName } from "./values.ts";

const userOrId = z.union([userName, z.string().regex(/^\d{1,10}$/)], {
  error: 'expected a user such as envoy, or an id in quotes such as "101"',
});
const users = z.array(userOrId).default([]);

/** Which of the host's users connect to the stack's ports, beside root, the pod's user and the one who logs in by ssh. */
export const localAccess = z.strictObject({
  /** Every user of the host does, and nftables is not needed. */
  open: z.boolean().default(false),
  /** Such as the user of the proxy before it; those of services of the kind envoy are among them. */
  grafana: users,
  loki: users,
  prometheus: users,
  alloy: users,
});

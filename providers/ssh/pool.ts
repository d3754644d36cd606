import type { SshAddress } from "./address.ts";
import { type Connection, connect } from "./connection.ts";

const open = new Map<string, Connection>();

/** The one connection of this process to that host: every kind of resource shares it. */
export const connectionTo = (to: SshAddress): Connection => {
  const key = JSON.stringify(to);
  const connection = open.get(key) ?? connect(to);
  open.set(key, connection);
  return connection;
};

import type { Hop } from "./address.ts";
import { ConnectError } from "./errors.ts";

/** ssh2's error for a channel that sshd did not open. Source of the reasons: RFC 4254, section 5.1. */
type Refusal = Error & { reason?: number };

const prohibited = 1;
const said = ({ message }: Error) => message.replace(/^\(SSH\) (Channel open failure: )?/, "");

/** The host's sshd did not forward a connection to an address on the host. */
export const explainForward = (from: Hop, endpoint: string, cause: Error): ConnectError =>
  new ConnectError(
    `${from.where}: its sshd does not connect to ${endpoint} (${said(cause)}): check that something ` +
      "listens there, and that sshd_config has no AllowTcpForwarding no",
    { cause },
  );

/** A jump host's sshd did not forward the connection to the next host. */
export const explainJump = (from: Hop, next: Hop, cause: Refusal): ConnectError => {
  const what = `its sshd does not connect to ${next.address}:${next.port} (${said(cause)})`;
  const mend =
    cause.reason === prohibited
      ? `it has to forward connections: AllowTcpForwarding yes (or local) in its sshd_config, and no PermitOpen or key option that keeps ${from.user} from it`
      : `check that ${next.path}.address is its address as seen from the jump host, that it is up, and that sshd listens on port ${next.port}`;
  return new ConnectError(`${from.where}: ${what}: ${mend}`, { cause });
};

import type { Stop } from "./address.ts";
import { ConnectError } from "./errors.ts";

/** ssh2's error about a channel that sshd did not open. Source: RFC 4254, 5.1, for the reasons. */
type Refusal = Error & { reason?: number };

const prohibited = 1;
const said = ({ message }: Error) => message.replace(/^\(SSH\) (Channel open failure: )?/, "");

/** sshd did not carry a connection on to something that listens on the host. */
export const explainForward = (from: Stop, endpoint: string, cause: Error): ConnectError =>
  new ConnectError(
    `${from.where}: its sshd does not connect to ${endpoint} (${said(cause)}): check that something ` +
      "listens there, and that sshd_config has no AllowTcpForwarding no",
    { cause },
  );

/** A jump host's sshd did not carry the connection on to the next host. */
export const explainJump = (from: Stop, next: Stop, cause: Refusal): ConnectError => {
  const way = `its sshd does not connect to ${next.address}:${next.port} (${said(cause)})`;
  const mend =
    cause.reason === prohibited
      ? `it has to forward connections: AllowTcpForwarding yes (or local) in its sshd_config, and no PermitOpen or key option that keeps ${from.user} from it`
      : `check that ${next.path}.address is what the jump host calls it, that it is up, and that sshd listens on port ${next.port}`;
  return new ConnectError(`${from.where}: ${way}: ${mend}`, { cause });
};

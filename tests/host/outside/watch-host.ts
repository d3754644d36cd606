import type { ThrowawayHost } from "../../../throwaway/host.ts";
import { Guest } from "../guest.ts";
import { giveWayOut } from "./link.ts";

/** A look of Gatus's. */
interface Result {
  success: boolean;
  timestamp: string;
}

/** Where Gatus takes what comes from outside, on every address of the watch host. */
export const door = 8443;

// what a site's TLS proxy does, without TLS: it takes connections from outside to Gatus on the loopback
const proxy = `
printf '[Socket]\\nListenStream=0.0.0.0:${door}\\n[Install]\\nWantedBy=sockets.target\\n' >/etc/systemd/system/door.socket
printf '[Service]\\nExecStart=/usr/lib/systemd/systemd-socket-proxyd 127.0.0.1:8080\\n' >/etc/systemd/system/door.service
systemctl daemon-reload
systemctl enable --quiet --now door.socket
`;

/** A throwaway host beside the rig's own, which is to watch that. */
export class WatchHost {
  readonly host: ThrowawayHost;
  readonly guest: Guest;
  constructor(host: ThrowawayHost) {
    this.host = host;
    this.guest = new Guest(host);
  }

  /** The address of the machine that runs the tests, as this host sees it: the one before its own. */
  get outside(): string {
    return this.host.address.replace(/\d+$/, (last) => String(Number(last) - 1));
  }

  /** Gives it what such a host has before Gatus comes: a proxy and a way out. */
  async prepare(): Promise<void> {
    await this.guest.sh(proxy);
    await giveWayOut(this.guest, this.outside);
  }

  /** When Gatus last took a beat, in milliseconds; 0 for never. */
  async lastBeat(): Promise<number> {
    const url = "http://127.0.0.1:8080/api/v1/endpoints/watchpost_heartbeat/statuses";
    const said = await this.guest.sh(`curl -sS '${url}' || true`);
    const { results = [] } = said.startsWith("{") ? (JSON.parse(said) as { results?: Result[] }) : {};
    return Math.max(0, ...results.filter(({ success }) => success).map(({ timestamp }) => Date.parse(timestamp)));
  }
}

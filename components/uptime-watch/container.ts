import { splitHostPort } from "../../config/host-port.ts";
import { containerQuadlet, renderQuadlet } from "../quadlet.ts";
import { joinHostPort, type WatchConfig } from "./checks.ts";

/** Gatus on the watch host. */
export const gatus = {
  unit: "watchpost-gatus",
  volume: "watchpost-gatus-data",
  /** Podman secret with Gatus's second file. */
  secret: "watchpost-gatus",
  config: "/etc/watchpost/gatus/config.yaml",
} as const;

// a folder of its own, whose files Gatus reads as one: what is looked at, and the secret of who is told
const folder = "/config";
const mountedSecret = `${gatus.secret},type=mount,target=${folder}/secrets.yaml,mode=0400`;

/** The address and port on the host's loopback, as podman publishes it. */
const address = ({ listen }: WatchConfig) => {
  const { host, port } = splitHostPort(listen);
  return { host: host === "localhost" ? "127.0.0.1" : host, port };
};

// the image holds nothing but Gatus, so the host asks whether it answers; bash alone, in its own words
const answers = (watch: WatchConfig) => {
  const { host, port } = address(watch);
  const ask = `exec 3<>/dev/tcp/${host}/${port} && printf "GET /health HTTP/1.0\\r\\n\\r\\n" >&3 && read -r _ status _ <&3 && [[ $$status == 200 ]]`;
  return `/bin/bash -c 'for ((try = 0; try < 60; try++)); do (${ask}) 2>/dev/null && exit; sleep 0.5; done; exit 1'`;
};

/** The quadlet of Gatus: rootless, on the loopback, with nothing that it could change. */
export const gatusQuadlet = (watch: WatchConfig, image: string): string => {
  return containerQuadlet({
    name: gatus.unit,
    description: "Gatus: the watch from outside",
    image,
    reference: watch.image,
    exec: "",
    volumes: [`${gatus.config}:${folder}/config.yaml:ro`, `${gatus.volume}.volume:/data`],
    environment: { GATUS_CONFIG_PATH: folder, GATUS_LOG_LEVEL: "WARN" },
    memory: watch.memory,
    container: {
      PublishPort: `${joinHostPort(address(watch))}:8080`,
      Secret: mountedSecret,
    },
    service: { ExecStartPost: answers(watch) },
    wantedBy: "default.target",
  });
};

/** The volume with what it has seen and told. */
export const gatusVolume = renderQuadlet({ Volume: { VolumeName: gatus.volume } });

/**
 * The command line for `SystemdUnit.validate`. Gatus checks its config by starting only: one that it refuses ends it at
 * once, so it is taken to be right when it still runs after three seconds, without a network.
 */
export const checkGatus = (image: string): string => {
  const run = [
    "podman run --rm --network=none --security-opt=label=disable --read-only --log-driver=none --tmpfs=/data",
    `--volume={stage}${gatus.config}:${folder}/config.yaml:ro --secret=${mountedSecret}`,
    `--env=GATUS_CONFIG_PATH=${folder} --env=GATUS_LOG_LEVEL=ERROR ${image}`,
  ].join(" ");
  return `said=$(timeout 3 ${run} 2>&1); (($? == 124)) || { sed -n '/panic:/,/^$/p' <<<"$said" | grep . || tail -n 5 <<<"$said"; exit 1; }`;
};

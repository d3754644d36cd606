import { startAuthentik } from "../../stand-ins/authentik.ts";
import type { Guest } from "../guest.ts";
import { startEnvoy } from "./envoy.ts";
import { serviceUser, startContainers } from "./service-users.ts";
import { startZrepl } from "./zrepl.ts";

const interval = "2s";

/** What the tests' host runs, as its inventory declares it; the users `stray` and `fresh` are in none. */
export const inventory = {
  shop: { user: "shop", containers: ["shop-web", "shop-worker"] },
  mill: { user: "mill", containers: ["mill-crash"], rateLimit: { burst: 0 } },
  press: { user: "press" },
  envoy: { units: ["envoy.service"], metrics: { kind: "envoy", targets: ["127.0.0.1:9901"], interval } },
  zrepl: { units: ["zrepl.service"], metrics: { kind: "zrepl", targets: ["127.0.0.1:9811"], interval } },
  authentik: {
    units: ["authentik-stand-in.service"],
    metrics: { kind: "authentik", targets: ["127.0.0.1:9300"], interval },
  },
};

const users = ["shop", "mill", "press", "stray"];

/** Prints JSON as a web service does, of three levels, and a plain line on stderr. */
const web = `while true; do
  echo '{"level":"info","msg":"order accepted"}'
  echo '{"level":"warn","msg":"stock is low"}'
  echo '{"severity":"ERROR","message":"order refused"}'
  echo 'GET /ping HTTP/1.1 200'
  echo 'said on stderr' >&2
  sleep 1
done`;

const everySecond = (text: string) => `i=0; while true; do i=$((i + 1)); echo "${text} $i"; sleep 1; done`;

/** Starts them all: three declared service users and one that nobody declared, with a container of each kind of trouble. */
export const startServices = async (guest: Guest): Promise<void> => {
  for (const user of users) await serviceUser(guest, user);
  await startContainers(guest, "shop", {
    "shop-web": { script: web, container: { HealthCmd: "true", HealthInterval: "5s" } },
    "shop-worker": {
      script: everySecond("working"),
      container: { HealthCmd: "false", HealthInterval: "2s", HealthRetries: 1 },
    },
  });
  await startContainers(guest, "mill", {
    "mill-crash": { script: "echo 'fatal: no such file'; exit 3", service: { Restart: "always", RestartSec: 1 } },
  });
  await startContainers(guest, "press", {
    "press-file": { script: everySecond("page"), container: { LogDriver: "k8s-file" } },
  });
  await startContainers(guest, "stray", { "stray-cat": { script: everySecond("meow") } });
  await startEnvoy(guest, { clusters: 3 });
  await startZrepl(guest);
  await startAuthentik(guest);
};

import { type Recipe, recipes } from "./recipes.ts";

/** The images that the stack runs, and that of the watch from outside. */
export type ImageName = "prometheus" | "loki" | "alloy" | "grafana" | "gatus";

/** How an image looks that is built here: to the outside like the vendor's own. */
export interface ImageRecipe {
  build: Recipe;
  /** Where each binary lies in the image. */
  binaries: Readonly<Record<string, string>>;
  /** Whether the binary is linked against libraries, which are then taken from this machine, with a shell. */
  dynamic: boolean;
  entrypoint: readonly string[];
  command: readonly string[];
  user: string;
  workingDir: string;
  ports: readonly number[];
  environment: Readonly<Record<string, string>>;
  /** Folders at the image's top level that its user owns. */
  data: readonly { folder: string; owner: number }[];
}

/** The images that can be built. Loki's and Prometheus's hold no shell and no other program than the ones named. */
export const imageRecipes: Partial<Record<ImageName, ImageRecipe>> = {
  prometheus: {
    build: recipes.prometheus,
    binaries: { "bin/prometheus": "prometheus", "bin/promtool": "promtool" },
    dynamic: false,
    entrypoint: ["/bin/prometheus"],
    command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
    user: "65534",
    workingDir: "/prometheus",
    ports: [9090],
    environment: {},
    data: [{ folder: "prometheus", owner: 65534 }],
  },
  loki: {
    build: recipes.loki,
    binaries: { "usr/bin/loki": "loki" },
    dynamic: false,
    entrypoint: ["/usr/bin/loki"],
    command: ["-config.file=/etc/loki/local-config.yaml"],
    user: "10001",
    workingDir: "/",
    ports: [3100],
    environment: {},
    data: [{ folder: "loki", owner: 10001 }],
  },
  alloy: {
    build: recipes.alloy,
    binaries: { "bin/alloy": "alloy" },
    dynamic: true,
    entrypoint: ["/bin/alloy"],
    command: ["run", "/etc/alloy/config.alloy", "--storage.path=/var/lib/alloy/data"],
    user: "0",
    workingDir: "/",
    ports: [12345],
    environment: { ALLOY_DEPLOY_MODE: "docker" },
    data: [],
  },
  gatus: {
    build: recipes.gatus,
    binaries: { gatus: "gatus" },
    dynamic: false,
    entrypoint: ["/gatus"],
    command: [],
    user: "0",
    workingDir: "/",
    ports: [8080],
    environment: { GATUS_CONFIG_PATH: "", GATUS_LOG_LEVEL: "INFO", PORT: "8080" },
    data: [],
  },
};

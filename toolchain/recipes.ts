/** How to build main packages of one Go module at one exact version. */
export interface Recipe {
  name: string;
  /** The version that people know it by; the binaries report it. */
  version: string;
  module: string;
  moduleVersion: string;
  /** Modules ("path@version") that the module's own go.sum leaves out, since it takes them from folders beside it. */
  besides?: readonly string[];
  /** Main packages, relative to the module ("" is its root). Each binary is named as `go build` names it. */
  packages: readonly string[];
  tags: readonly string[];
  cgo: boolean;
  /** Variables that the linker sets (-X), by full name. */
  stamps: Readonly<Record<string, string>>;
  /** Requirements in place of the module's own, where those rest on a local folder of its repository. */
  requires?: Readonly<Record<string, string>>;
  /** Lines of the module's files that are left out, by file, as a regular expression: parts that Watchpost has no use for. */
  without?: Readonly<Record<string, string>>;
}

// those that the config for Alloy names (components/alloy/) and two of the tests'; all there are take three times as
// long to build
const ALLOY_COMPONENTS = [
  ...["discovery/file", "discovery/relabel"],
  ...["loki/process", "loki/relabel", "loki/source/file", "loki/source/journal", "loki/write"],
  ...["loki/echo", "loki/source/api"],
  ...["prometheus/exporter/cadvisor", "prometheus/exporter/unix"],
  ...["prometheus/relabel", "prometheus/remotewrite", "prometheus/scrape"],
];

const LOKI_PUSH = "github.com/grafana/loki/pkg/push@v0.0.0-20250630054201-94c0ba7b0952";

const PROMETHEUS_VERSION = "github.com/prometheus/common/version";

/** Everything that can be built from Go modules. */
export const recipes = {
  engine: {
    name: "pulumi",
    version: "3.259.0",
    module: "github.com/pulumi/pulumi/pkg/v3",
    moduleVersion: "v3.259.0",
    besides: ["github.com/pulumi/pulumi/sdk/v3@v3.259.0"],
    packages: ["cmd/pulumi"],
    tags: [],
    cgo: false,
    stamps: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.259.0" },
  },
  command: {
    name: "pulumi-resource-command",
    version: "1.2.1",
    module: "github.com/pulumi/pulumi-command/provider",
    moduleVersion: "v1.2.1",
    packages: ["cmd/pulumi-resource-command"],
    tags: [],
    cgo: false,
    stamps: { "github.com/pulumi/pulumi-command/provider/pkg/version.Version": "1.2.1" },
  },
  prometheus: {
    name: "prometheus",
    version: "3.16.0",
    module: "github.com/prometheus/prometheus",
    moduleVersion: "v0.316.0",
    packages: ["cmd/prometheus", "cmd/promtool"],
    // Static targets need no service discovery; the module of one of them cannot always be had.
    tags: ["remove_all_sd", "netgo"],
    cgo: false,
    stamps: { [`${PROMETHEUS_VERSION}.Version`]: "3.16.0", [`${PROMETHEUS_VERSION}.BuildUser`]: "watchpost" },
  },
  loki: {
    name: "loki",
    version: "3.7.8",
    module: "github.com/grafana/loki/v3",
    moduleVersion: "v3.7.8",
    besides: [LOKI_PUSH],
    packages: ["cmd/loki"],
    tags: ["netgo"],
    cgo: false,
    stamps: {
      "github.com/grafana/loki/v3/pkg/util/build.Version": "3.7.8",
      "github.com/grafana/loki/v3/pkg/util/build.BuildUser": "watchpost",
    },
  },
  promtail: {
    name: "promtail",
    version: "3.6.4", // Loki 3.7 has none any more
    module: "github.com/grafana/loki/v3",
    moduleVersion: "v3.6.4",
    besides: [LOKI_PUSH],
    packages: ["clients/cmd/promtail"],
    tags: ["netgo", "promtail_journal_enabled"],
    cgo: true, // as Alloy's
    stamps: { "github.com/grafana/loki/v3/pkg/util/build.Version": "3.6.4" },
  },
  alloy: {
    name: "alloy",
    version: "1.11.0",
    module: "github.com/grafana/alloy",
    moduleVersion: "v1.11.0",
    besides: ["github.com/grafana/alloy/syntax@v0.1.1"],
    packages: [""],
    tags: ["netgo", "promtail_journal_enabled"],
    cgo: true, // its journal reader links libsystemd
    stamps: {
      "github.com/grafana/alloy/internal/build.Version": "v1.11.0",
      "github.com/grafana/alloy/internal/build.BuildUser": "watchpost",
      "github.com/grafana/alloy/syntax/internal/stdlib.Version": "v1.11.0",
    },
    requires: { "github.com/grafana/alloy/syntax": "v0.1.1" },
    without: {
      "main.go": "discovery/(consulagent|install)|integrations/install",
      "internal/component/all/all.go": `internal/component/(?!(${ALLOY_COMPONENTS.join("|")})")`,
      "internal/converter/converter.go": "(otelcol|prometheus|promtail|static)convert",
    },
  },
  zrepl: {
    name: "zrepl",
    version: "0.7.0",
    module: "github.com/zrepl/zrepl",
    moduleVersion: "v0.7.0",
    packages: [""],
    tags: [],
    cgo: false,
    stamps: { "github.com/zrepl/zrepl/internal/version.zreplVersion": "v0.7.0" },
  },
  gatus: {
    name: "gatus",
    version: "5.35.0",
    module: "github.com/TwiN/gatus/v5",
    moduleVersion: "v5.35.0",
    packages: [""],
    tags: [],
    cgo: false,
    stamps: {},
  },
} as const satisfies Record<string, Recipe>;

/** The name of a thing that can be built. */
export type RecipeName = keyof typeof recipes;

import * as pulumi from "@pulumi/pulumi";
import { LocalAccess } from "./components/access/local-access.ts";
import { AlloyContainer } from "./components/alloy/container.ts";
import { makeAlloyUser } from "./components/alloy/user.ts";
import { Canary } from "./components/canary/canary.ts";
import { HostCollector } from "./components/collector/host-collector.ts";
import { encryptedOf } from "./components/encrypted.ts";
import { GrafanaCode } from "./components/grafana/code.ts";
import { grafanaContent } from "./components/grafana/content.ts";
import { hostOf } from "./components/host.ts";
import { Journald } from "./components/journal/journald.ts";
import { type Outputs, outputsOf } from "./components/outputs.ts";
import { ObservabilityPod } from "./components/pod/observability-pod.ts";
import { preflightOf } from "./components/preflight.ts";
import { scrapeJobs } from "./components/scrape/jobs.ts";
import { ScrapeTargets } from "./components/scrape/targets.ts";
import { annotatesDeployments, DeploymentAnnotation } from "./components/triage/deployment.ts";
import { Triage, triageBeside, triageToken } from "./components/triage/triage.ts";
import { UptimeWatch } from "./components/uptime-watch/uptime-watch.ts";
import { serverOf, watchOf } from "./config/config.ts";
import { hasGrafanaCode } from "./config/listen.ts";
import { readConfig } from "./config/read.ts";
import { Preflight } from "./providers/preflight.ts";

/** The whole stack of one server and of the host that watches it, from the config to the outputs. */
export default async function watchpost(): Promise<Outputs> {
  const config = readConfig(pulumi.runtime.allConfig(), encryptedOf(pulumi.getStack()));
  const server = serverOf(config);
  const jobs = scrapeJobs(config, server.name);
  const content = grafanaContent(config);

  const host = hostOf(config, server);
  const preflight = new Preflight(`${server.name}-preflight`, preflightOf(config), { provider: host });
  const journald = new Journald(`${server.name}-journald`, { host, config }, { dependsOn: [preflight] });
  const pod = new ObservabilityPod(`${server.name}-observability`, { host, config, jobs }, { dependsOn: [preflight] });
  const user = makeAlloyUser(`${server.name}-alloy-user`, { provider: host, dependsOn: [preflight] });
  const access = config.access.open
    ? []
    : [new LocalAccess(`${server.name}-access`, { server, host, config }, { dependsOn: [pod.unit, user] })];
  const collector = new HostCollector(`${server.name}-collector`, { host, config }, { dependsOn: [preflight] });
  const sees = { host, config, jobs, pod, user, collector };
  const alloy = new AlloyContainer(`${server.name}-alloy`, sees, { dependsOn: [journald, ...access] });
  new ScrapeTargets(`${server.name}-scrape`, { jobs });
  new Canary(`${server.name}-canary`, { server, host, config, jobs, pod, alloy });

  const token = triageToken(config, server.name);
  const inGrafana = { host, config, content, ...triageBeside(config, token) };
  const grafana = hasGrafanaCode(config)
    ? new GrafanaCode(`${server.name}-grafana-code`, { ...inGrafana, ...pod.grafana, after: access })
    : undefined;
  if (grafana && annotatesDeployments(config)) {
    const parts = [pod, ...pod.parts.values(), alloy];
    new DeploymentAnnotation(`${server.name}-deployed`, { access: grafana.access, parts });
  }
  if (grafana && token) new Triage(`${server.name}-triage`, { host, config, pod, access: grafana.access, token });

  const outside = watchOf(config);
  if (outside) {
    const sees = { host: hostOf(config, outside), config, after: [pod, alloy, ...(grafana ? [grafana] : [])] };
    new UptimeWatch(`${outside.name}-uptime-watch`, sees);
  }

  return outputsOf({ config, server, pod, alloy, login: grafana?.login });
}

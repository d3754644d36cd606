import type { KnownRule, MaskSettings, ModelSettings } from "../settings.ts";

/** The server that takes mails. */
export interface MailServer {
  /** host:port */
  host: string;
  user?: string | undefined;
  from: string;
  fromName: string;
  startTls: "mandatory" | "opportunistic" | "none";
}

/** What the service reads from its settings file: nothing secret. */
export interface ServiceSettings {
  /** Inside the pod. */
  port: number;
  loki: string;
  prometheus: string;
  grafana: string;
  rules: KnownRule[];
  mask: MaskSettings;
  /** Absent: the extract is all there is. */
  model?: Omit<ModelSettings, "apiKey">;
  /** Groups that may wait. */
  queue: number;
  /** Milliseconds in which a group is not triaged again. */
  quiet: number;
  /** Who gets the result by mail; absent: nobody. */
  mail?: { server: MailServer; to: string[] };
}

/** Parts of the settings that are in the secret in place of the file, where the config has something of them encrypted. */
export type Concealable = Pick<ServiceSettings, "mask" | "model" | "mail">;

/** What the service reads from its podman secret. */
export interface ServiceSecrets extends Partial<Concealable> {
  /** What Grafana has to show. */
  receiverToken: string;
  /** Of a service account that may write annotations. */
  grafanaToken: string;
  apiKey?: string | undefined;
  smtpPassword?: string | undefined;
  /** Who gets the result by webhook; a URL is often a secret by itself. */
  webhooks: { name: string; url: string; authorization?: string | undefined }[];
}

/** The settings, whole. */
export const withConcealed = (settings: ServiceSettings, { mask, model, mail }: ServiceSecrets): ServiceSettings => ({
  ...settings,
  ...(mask ? { mask } : {}),
  ...(model ? { model } : {}),
  ...(mail ? { mail } : {}),
});

/** Where the container has them. */
export const settingsFile = "/etc/watchpost/triage/settings.json";
export const secretName = "watchpost-triage";

import type { QuadletSection } from "./quadlet.ts";

/**
 * [Service] keys for a program that needs no right of its own and gets no mount namespace, so that what it starts of podman
 * may live on. Source: systemd.exec(5); tests/components/hardening.test.ts holds them against `systemd-analyze security`.
 */
export const withoutRights: QuadletSection = {
  CapabilityBoundingSet: "",
  NoNewPrivileges: true,
  PrivateNetwork: true,
  IPAddressDeny: "any",
  RestrictAddressFamilies: "AF_UNIX AF_NETLINK",
  DevicePolicy: "closed",
  KeyringMode: "private",
  LockPersonality: true,
  ProtectClock: true,
  ProtectHostname: true,
  RestrictRealtime: true,
  RestrictSUIDSGID: true,
  SystemCallArchitectures: "native",
  SystemCallFilter: "~@clock @cpu-emulation @debug @module @obsolete @raw-io @reboot @resources @swap",
  SystemCallErrorNumber: "EPERM",
  LimitCORE: 0,
};

/** [Service] keys for a program that only reads what is there, and writes to its own state and runtime folders. */
export const readOnly: QuadletSection = {
  ...withoutRights,
  MemoryDenyWriteExecute: true,
  PrivateDevices: true,
  PrivateIPC: true,
  PrivateTmp: true,
  ProtectControlGroups: true,
  ProtectHome: "read-only",
  ProtectKernelLogs: true,
  ProtectKernelModules: true,
  ProtectKernelTunables: true,
  ProtectProc: "invisible",
  ProtectSystem: "strict",
  RestrictNamespaces: true,
  SystemCallFilter: ["@system-service", "~@privileged @resources"],
  UMask: "0077",
};

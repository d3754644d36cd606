/** What the tree of every throwaway host is made from. The cache key is a hash of all of it. */
export const recipe = {
  suite: "trixie",
  packages: [
    ...["systemd", "systemd-sysv", "dbus", "libpam-systemd", "dbus-user-session"],
    ...["openssh-server", "sudo", "curl", "procps", "zstd", "iproute2", "ca-certificates"],
    ...["podman", "netavark", "nftables", "aardvark-dns", "passt", "uidmap", "crun", "catatonit", "fuse-overlayfs"],
    "python3", // in full: Ansible's modules, which the benchmark times, need more than python3-minimal
  ],
  /** Users with a home and no password; `sudoer` may do everything without one. */
  users: [
    { name: "admin", sudoer: true },
    { name: "nosudo", sudoer: false },
  ],
  /** Units that cannot work in a namespace (and would leave the system "degraded"), or would only cost time. */
  masked: [
    ...["systemd-modules-load.service", "sys-kernel-debug.mount", "sys-kernel-tracing.mount", "dev-hugepages.mount"],
    ...["console-getty.service", "getty@tty1.service", "systemd-pstore.service"],
    ...["apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "fstrim.timer"],
    ...["netavark-dhcp-proxy.socket", "netavark-dhcp-proxy.service"],
  ],
  /** Links to make, from the path to what it points at. */
  links: {
    // Lest sshd also listens on the vsock of the machine around, where it is a VM.
    "etc/systemd/system-generators/systemd-ssh-generator": "/dev/null",
    "etc/systemd/system/multi-user.target.wants/host0.service": "../host0.service",
    // Rootless quadlets wait for this target (podman-user-wait-network-online.service), and nothing else pulls it in.
    "etc/systemd/system/multi-user.target.wants/network-online.target": "/usr/lib/systemd/system/network-online.target",
  },
  files: {
    "etc/machine-id": "uninitialized\n",
    "etc/resolv.conf": "",
    "etc/locale.conf": "LANG=C.UTF-8\n",
    // The pids controller is missing where the kernel's cgroups are of the hybrid kind.
    "etc/containers/containers.conf": "[containers]\npids_limit = 0\n",
    // Made in the guest's own /dev, so that the modes of the machine around stay as they are.
    "etc/tmpfiles.d/throwaway.conf":
      "c /dev/fuse 0666 root root - 10:229\nd /dev/net 0755 root root -\nc /dev/net/tun 0666 root root - 10:200\n",
    // Penalties would lock out the tests that try wrong keys.
    "etc/ssh/sshd_config.d/throwaway.conf":
      "PasswordAuthentication no\nPerSourcePenalties no\nHostKey /etc/ssh/ssh_host_ed25519_key\n",
    "etc/systemd/system/host0.service": `[Unit]
Description=The one network interface of a throwaway host
DefaultDependencies=no
Before=network-pre.target network.target network-online.target
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
EnvironmentFile=/etc/host0
ExecStart=/usr/sbin/ip address add \${ADDRESS} dev host0
ExecStart=/usr/sbin/ip link set host0 up
`,
  },
  /** What debootstrap leaves that is not to be shared, or only takes space. */
  removed: [
    ...["etc/ssh/ssh_host_*", "var/lib/apt/lists/*", "var/cache/apt/*.bin", "var/cache/apt/archives/*.deb"],
    ...["var/log/*.log", "run/*", "tmp/*"],
  ],
} as const;

import { busyboxImage } from "./busybox.ts";

/** Archive of an image that is to the stack like Grafana's: user 472, port 3000, a health page and wget to ask for it. */
export const grafanaStandIn = (): Promise<string> =>
  busyboxImage({
    name: "grafana-stand-in",
    reference: "localhost/watchpost-test/grafana-stand-in:1",
    // Grafana's health and the least that a scrape takes; httpd sends a folder's index.txt as text
    files: {
      "www/api/health": '{"database":"ok","version":"a stand-in for Grafana, made by Watchpost\'s tests"}\n',
      "www/metrics/index.txt":
        '# TYPE grafana_build_info gauge\ngrafana_build_info{version="a stand-in for Grafana, made by Watchpost\'s tests"} 1\n',
      // `grafana cli admin reset-admin-password --password-from-stdin`, and what the password is by now
      "bin/grafana":
        '#!/bin/sh\n[ "$*" = "cli admin reset-admin-password --password-from-stdin" ] && sha256sum >/var/lib/grafana/admin-password\n',
      "etc/httpd.conf": "I:index.txt\n.txt:text/plain\n",
      "etc/passwd": "root:x:0:0:root:/:/bin/sh\ngrafana:x:472:0:grafana:/var/lib/grafana:/bin/sh\n",
    },
    folders: ["var/lib/grafana"],
    owner: 472,
    applets: ["sh", "cat", "wget", "sha256sum", "sleep"],
    config: {
      User: "472",
      WorkingDir: "/var/lib/grafana",
      // a busybox that is process 1 does not hear SIGTERM
      StopSignal: "SIGKILL",
      Entrypoint: ["/bin/busybox", "httpd", "-f", "-p", "3000", "-h", "/www", "-c", "/etc/httpd.conf"],
      Env: ["PATH=/bin"],
      Labels: { "org.opencontainers.image.title": "a stand-in for Grafana, made by Watchpost's tests" },
    },
  });

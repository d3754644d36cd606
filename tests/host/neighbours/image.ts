import { busyboxImage } from "../../stand-ins/busybox.ts";

/** What the containers of the tests' services run, by the name that it has on a host. */
export const toolsReference = "localhost/watchpost-test/tools:1";

/** Archive of an image with a shell and small tools. */
export const toolsImage = (): Promise<string> =>
  busyboxImage({
    name: "tools",
    reference: toolsReference,
    files: { "etc/passwd": "root:x:0:0:root:/:/bin/sh\n" },
    folders: [],
    owner: 0,
    applets: [
      "sh",
      "cat",
      "echo",
      "sleep",
      "seq",
      "awk",
      "date",
      "true",
      "false",
      "test",
      "rm",
      "touch",
      "printf",
      "httpd",
    ],
    config: { Entrypoint: ["/bin/sh", "-c"], Cmd: ["sleep 1000000"], Env: ["PATH=/bin"], StopSignal: "SIGKILL" },
  });

import { faketimeLibrary } from "../faketime.ts";
import { failing, type Scenario } from "../scenario.ts";

/** A TLS server on port 8443 whose certificate is valid between two times, and the authority that vouches for it. */
const tlsServer = (from: string, to: string) => `set -e
mkdir -p /run/incidents/ca && cd /run/incidents/ca
printf '[ca]\\ndefault_ca=own\\n[own]\\ndir=.\\ndatabase=index\\nserial=serial\\nnew_certs_dir=.\\ndefault_md=sha256\\npolicy=any\\n[any]\\ncommonName=supplied\\n' >ca.cnf
: >index; echo 01 >serial
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=authority -days 30 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=localhost 2>/dev/null
openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key -in leaf.csr -out leaf.pem -startdate ${from} -enddate ${to} 2>/dev/null
systemd-run --quiet --unit=orders-api --working-directory=/run/incidents/ca openssl s_server -accept 127.0.0.1:8443 -cert leaf.pem -key leaf.key -www
timeout 10 bash -c 'until : </dev/tcp/127.0.0.1/8443; do sleep 0.1; done' 2>/dev/null`;

/** Services of the system that fail for a reason of their own. */
export const units: Scenario[] = [
  {
    name: "disk-full",
    about: "a file system of 4 MB fills up while a job writes to it",
    ...failing("archive", {
      before: "mkdir -p /srv/archive && mount -t tmpfs -o size=4m archive /srv/archive",
      script:
        "set -e\necho 'archive of the day begins'\nfor part in $(seq 9); do echo \"part $part\"; dd if=/dev/zero of=/srv/archive/part.$part bs=1M count=1 status=none; done",
      after: "umount /srv/archive",
    }),
    expected: {
      cause: "the file system that the archive is written to is full",
      says: ["no space left|disk (is )?full|(file ?system|disk|volume) .*full|out of (disk )?space|insufficient space"],
      proof: ["No space left on device"],
    },
  },
  {
    name: "memory-limit",
    about:
      "a job needs more memory than its unit may have (an address-space limit: the test host has no memory controller)",
    ...failing("report", {
      script: "echo 'report: reading the orders'\nrows=$(head -c 300M /dev/zero | tr '\\0' x)\nwc -c <<<\"$rows\"",
      service: ["LimitAS=100M"],
    }),
    expected: {
      cause: "the report needs more memory than its limit allows",
      says: ["memory|alloc"],
      proof: ["cannot allocate|out of memory"],
    },
  },
  {
    name: "permission-denied",
    about: "a unit runs as another user since a change, who may not write its file",
    ...failing("ledger", {
      before: "install -d -m 700 /srv/ledger && echo 0 >/srv/ledger/balance",
      script: "set -e\necho 'ledger: closing the day'\necho 1 >>/srv/ledger/balance",
      service: ["User=nobody"],
      after: "rm -r /srv/ledger",
    }),
    expected: {
      cause: "the unit's user may not write /srv/ledger/balance",
      says: ["permission|not allowed|may not|access"],
      proof: ["Permission denied"],
    },
  },
  {
    name: "read-only-path",
    about: "a unit is hardened so that the folder that it writes to is read-only",
    ...failing("thumbnails", {
      script: "set -e\necho 'thumbnails: 12 pictures to do'\ntouch /var/lib/thumbnails.index",
      service: ["ProtectSystem=strict"],
    }),
    expected: {
      cause: "the unit's file system is read-only for it",
      says: ["read-?only"],
      proof: ["Read-only file system"],
    },
  },
  {
    name: "program-missing",
    about: "a unit starts a program that is not installed any more",
    rule: "UnitFailed",
    labels: { unit: "invoicer.service" },
    provoke: (guest) =>
      guest.sh(
        "printf '[Service]\\nExecStart=/usr/local/bin/invoicer --daily\\n' >/run/systemd/system/invoicer.service; systemctl daemon-reload; systemctl start --no-block invoicer",
      ),
    undo: (guest) =>
      guest.sh("systemctl reset-failed invoicer; rm /run/systemd/system/invoicer.service; systemctl daemon-reload"),
    expected: {
      cause: "the program /usr/local/bin/invoicer is not there",
      says: [
        "invoicer",
        "no such file|not (be )?found|missing|not there|does not exist|unable to locate|not installed|203",
      ],
      proof: ["Unable to locate executable|No such file|203/EXEC"],
    },
  },
  {
    name: "start-timeout",
    about: "a service never tells systemd that it is ready",
    ...failing("gateway", {
      script: "echo 'gateway: waiting for the lock of the instance before'\nsleep 1000",
      service: ["Type=notify", "TimeoutStartSec=5"],
    }),
    expected: {
      cause: "the service did not get ready within its start timeout",
      says: ["time(d)? ?out|in time|too long"],
      proof: ["timed out|timeout"],
    },
  },
  {
    name: "too-many-files",
    about: "a service runs out of file descriptors",
    ...failing("crawler", {
      script:
        "set -e\necho 'crawler: opening 50 pages'\nfor page in $(seq 50); do exec {fd}</dev/null; pages+=($fd); done",
      service: ["LimitNOFILE=24"],
    }),
    expected: {
      cause: "the crawler's limit of open files is used up",
      says: ["too many open files|open files|file descriptors|nofile"],
      proof: ["Too many open files"],
    },
  },
  {
    name: "dns-failure",
    about: "a job calls an API whose name the host cannot resolve",
    ...failing("exchange-rates", {
      script:
        "echo 'exchange-rates: asking for the rates of today'\nexec curl -sS --max-time 20 https://rates.example.net/today",
    }),
    expected: {
      cause: "the name rates.example.net cannot be resolved",
      says: ["resolv|dns|host ?name"],
      proof: ["Could not resolve host"],
    },
  },
  {
    name: "certificate-expired",
    about: "a client meets a TLS server whose certificate has expired",
    ...failing("sync-orders", {
      before: tlsServer("20240101000000Z", "20240401000000Z"),
      script:
        "echo 'sync-orders: fetching new orders'\nexec curl -sS --cacert /run/incidents/ca/ca.pem https://localhost:8443/",
      after: "systemctl stop orders-api; rm -r /run/incidents/ca",
    }),
    expected: {
      cause: "the certificate of the server on port 8443 has expired",
      says: ["certificate", "expired"],
      proof: ["certificate has expired"],
    },
  },
  {
    name: "clock-jump",
    about: "the clock of a service jumps two years back (by libfaketime: the test host shares its kernel's clock)",
    ...failing("sync-stock", {
      files: async () => ({ "/run/incidents/libfaketime.so.1": await faketimeLibrary() }),
      before: tlsServer("20260101000000Z", "20360101000000Z"),
      script:
        "date '+sync-stock: it is %F %R'\nexport LD_PRELOAD=/run/incidents/libfaketime.so.1 FAKETIME=-2y\ndate '+sync-stock: it is %F %R'\nexec curl -sS --cacert /run/incidents/ca/ca.pem https://localhost:8443/",
      after: "systemctl stop orders-api; rm -r /run/incidents/ca /run/incidents/libfaketime.so.1",
    }),
    expected: {
      cause: "the service's clock is wrong: it has jumped two years back, so that no certificate is valid yet",
      says: ["clock|time|date|year", "wrong|jump|back|past|behind|not yet valid|incorrect|set to|earlier"],
      proof: ["not yet valid", "it is 202\\d"],
    },
  },
];

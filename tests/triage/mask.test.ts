import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { maskRules, maskWith } from "../../triage/mask.ts";

/** By rule: what is masked, and how it looks then. */
const masked: Record<string, [line: string, wanted: string][]> = {
  "private-key": [
    [
      "key -----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY----- end",
      "key <private-key> end",
    ],
    ["cut off: -----BEGIN RSA PRIVATE KEY----- MIIEow", "cut off: <private-key>"],
  ],
  jwt: [["session eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl ended", "session <jwt> ended"]],
  authorization: [
    ["Authorization: Bearer abc.def", "Authorization: <secret>"],
    ['{"authorization":"Basic dXNlcjpwdw==","a":1}', '{"authorization":"<secret>","a":1}'],
  ],
  bearer: [["sent bearer AbCdEf0123456789 to upstream", "sent bearer <secret> to upstream"]],
  cookie: [["Set-Cookie: authentik_session=x.y; Path=/", "Set-Cookie: <secret>"]],
  "url-login": [
    ["connect postgres://shop:hunter2@db.internal:5432/shop", "connect postgres://<login>@db.internal:5432/shop"],
  ],
  "named-secret": [
    ["password=hunter2 user=anna", "password=<secret> user=anna"],
    ['{"client_secret": "s3cr3t value", "id": 4}', '{"client_secret": <secret>, "id": 4}'],
    ["GET /login?token=abc&next=/ 200", "GET /login?token=<secret>&next=/ 200"],
    ["PGPASSWORD=hunter2 psql", "PGPASSWORD=<secret> psql"],
    ["the password is hunter2", "the password is <secret>"],
  ],
  "known-token": [
    ["using ghp_0123456789abcdefABCDEF0123456789abcd", "using <token>"],
    ["key AKIAIOSFODNN7EXAMPLE used", "key <token> used"],
    ["glsa_0123456789abcdefghij_1a2b3c4d", "<token>"],
  ],
  mail: [["mail from anna.b+shop@example.co.uk refused", "mail from <mail> refused"]],
  ipv4: [
    ["Invalid user admin from 203.0.113.9 port 4022", "Invalid user admin from <ip> port 4022"],
    ["upstream 10.1.2.3:5432: refused", "upstream <ip>:5432: refused"],
  ],
  ipv6: [
    ["from 2001:db8::7 port 22", "from <ip> port 22"],
    ["from fe80:0:0:0:1:2:3:4 port 22", "from <ip> port 22"],
  ],
  mac: [["DHCPACK to 52:54:00:12:34:56", "DHCPACK to <mac>"]],
  "long-random": [["opaque q7Zk29LmXp04RtBv81NwYc63HsDf57Ag used", "opaque <secret> used"]],
};

/** What says much about a trouble and nothing about anybody. */
const kept = [
  "bind 127.0.0.1:9090: address already in use",
  "listen on 0.0.0.0:80 and [::1]:80",
  "user@1001.service: Failed with result 'exit-code'",
  "Failed password for invalid user oracle",
  "12:34:56 took 1.25 s, version 3.7.8, at 2026-11-25T08:00:00Z",
  "image sha256:3f5a1c0de9b24f7786a1c0de9b24f7786a1c0de9b24f7786a1c0de9b24f77860",
  "/usr/lib/x86_64-linux-gnu/security/pam_unix.so: cannot open",
  "token expired",
  "std::io::Error: No space left on device (os error 28)",
];

describe("masking", () => {
  const mask = maskWith();

  test("the table has a line for each rule, and no others", () => {
    assert.deepEqual(Object.keys(masked).sort(), maskRules.map(({ name }) => name).sort());
  });

  test("docs/triage.md names each rule", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/triage.md"), "utf8");
    for (const { name } of maskRules) assert.ok(page.includes(`\`${name}\``), name);
  });

  for (const [name, lines] of Object.entries(masked))
    for (const [line, wanted] of lines)
      test(`${name}: ${wanted}`, () => {
        assert.equal(mask(line), wanted);
        // it is this rule that does it
        const rule = maskRules.find((each) => each.name === name);
        assert.ok(rule && line.replace(rule.pattern, rule.replacement) !== line);
      });

  for (const line of kept) test(`keeps ${line}`, () => assert.equal(mask(line), line));

  test("a rule that is off leaves its text", () => {
    assert.equal(maskWith(["mail"])("to anna@example.org"), "to anna@example.org");
  });

  test("patterns of one's own are replaced by their names", () => {
    assert.equal(maskWith([], { order: "ORD-[0-9]+" })("ORD-4711 and ORD-4712"), "<order> and <order>");
  });

  test("time grows with the length alone, whatever a stranger writes", () => {
    const pieces = [
      "a.",
      "eyJ-",
      "+",
      "error password ",
      "password is ",
      "x://",
      "://a:b",
      "authorization ",
      "bearer ",
      "-----BEGIN ",
    ];
    const more = [
      "-----END A ",
      "pwd='",
      'pwd="',
      "cookie ",
      "a@b-",
      "1.1.1.",
      "ab:",
      "0a:",
      "secret   ",
      "sk-",
      "glpat-",
      "A1a/",
      "is ",
    ];
    const ends = ["", " ".repeat(40_000), "x"];
    const time = (line: string) =>
      Math.min(
        ...Array.from({ length: 3 }, () => {
          const before = process.cpuUsage();
          mask(line);
          return process.cpuUsage(before).user / 1000;
        }),
      );
    for (const piece of [...pieces, ...more])
      for (const end of ends) {
        const line = (length: number) => `${piece.repeat(length / piece.length)}${end.slice(0, length)}`;
        const [once, fourfold] = [time(line(10_000)), time(line(40_000))];
        // with its square it would be sixteen times
        assert.ok(fourfold < 40 || fourfold < 9 * once, `${piece}${end.slice(0, 5)}: ${once} ms, then ${fourfold} ms`);
      }
  });

  test("a long line takes no time to speak of", () => {
    for (const line of ["a".repeat(200_000), "a.".repeat(100_000), "1:".repeat(100_000), "password".repeat(20_000)]) {
      const before = process.cpuUsage();
      mask(line.slice(0, 20_000));
      const ms = process.cpuUsage(before).user / 1000;
      assert.ok(ms < 2000, `${line.slice(0, 10)}: ${ms} ms`);
    }
  });
});

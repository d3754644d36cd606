import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { reasonQuestions } from "../../../components/canary/targets.ts";
import { all, config, noReasons, one, proofWith, saidOf, wellSeen } from "./sample.ts";

const zrepl = "zrepl 127.0.0.1:9811";
const place = "services.zrepl.metrics.targets.0: 127.0.0.1:9811";
const what = "expected zrepl's monitoring listener, by default on port 9811";
const head = (text: string) => ({ ...noReasons, heads: new Map([["127.0.0.1:9811/metrics", text]]) });

describe("a target that is not proved", () => {
  test("answers with another's metrics", () => {
    const proof = proofWith((seen) => {
      seen.proofs.delete(`zrepl_start_time ${zrepl}`);
      seen.samples.set(zrepl, 31);
    });
    assert.deepEqual(saidOf(proof), [
      `${place} answers, but not as zrepl: no zrepl_start_time among its 31 series; ${what}`,
    ]);
  });

  const down: [string, string, string][] = [
    [
      "is a web server",
      "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
      `answers, but not as zrepl: /metrics gives text/html in place of metrics; ${what}`,
    ],
    [
      "has no metrics at that path",
      "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
      `answers, but not as zrepl: /metrics gives 404 Not Found; ${what}`,
    ],
    [
      "is not there",
      "-: connect: Connection refused\n-: line 1: /dev/tcp/127.0.0.1/9811: Connection refused",
      `is down: nothing listens there; ${what}`,
    ],
    ["says nothing", "", `is down: no HTTP answer came within 5 s; ${what}`],
    ["speaks no HTTP", "SSH-2.0-OpenSSH_10.0", `is down: it does not answer to HTTP (SSH-2.0-OpenSSH_10.0); ${what}`],
    [
      "came back meanwhile",
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n\r\n",
      `is down: its last scrape failed, though it answers now; ${what}`,
    ],
  ];
  for (const [how, text, said] of down)
    test(how, () => {
      const proof = proofWith((seen) => seen.up.set(zrepl, false), head(text));
      assert.deepEqual(saidOf(proof), [`${place} ${said}`]);
    });

  test("is told of by Prometheus where that scrapes it", () => {
    const key = "db db.example.org:9187";
    const errors = new Map([[key, "context deadline exceeded"]]);
    const proof = proofWith((seen) => seen.up.set(key, false), { ...noReasons, errors });
    assert.deepEqual(saidOf(proof), ["scrape.db.targets.1: db.example.org:9187 is down: context deadline exceeded"]);
  });

  test("was never scraped, or not since the proof began", () => {
    assert.deepEqual(saidOf(proofWith((seen) => seen.up.delete(zrepl))), [
      `${place} was never scraped, expected Alloy to do so every 30s`,
    ]);
    assert.deepEqual(saidOf(proofWith((seen) => seen.scraped.set(zrepl, 1_789_999_999))), [
      `${place} was not scraped since this look began, expected a scrape every 30s`,
    ]);
  });

  test("is one that Alloy measures by itself", () =>
    assert.deepEqual(saidOf(proofWith((seen) => seen.up.set("node web", false))), [
      "watchpost: the job node is down: its last scrape failed; expected Watchpost's node",
    ]));

  test("is asked itself by the host, or Prometheus after it; one that is up is not", () => {
    const { targets } = one("db");
    const seen = wellSeen();
    assert.equal(
      reasonQuestions(
        all.flatMap(({ targets }) => targets),
        seen,
        config.prometheus.listen,
      ),
      undefined,
    );
    for (const { job, instance } of targets) seen.up.set(`${job} ${instance}`, false);
    const asked = reasonQuestions(targets, seen, config.prometheus.listen);
    assert.deepEqual(
      asked?.heads?.map(({ address, path }) => address + path),
      ["127.0.0.1:9187/db/metrics"],
    );
    assert.deepEqual(
      asked?.bodies?.map(({ address, path }) => address + path),
      ["127.0.0.1:9090/api/v1/targets?state=active"],
    );
  });
});

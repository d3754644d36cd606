import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDebianArchive, urisOf } from "../../throwaway/mirror.ts";
import { networkOf, overlaps } from "../../throwaway/network.ts";

describe("the Debian mirror of a machine", () => {
  test("is read from one-line sources", () => {
    const text =
      "# deb http://commented/debian x main\ndeb [signed-by=/k.gpg] http://mirror.example/debian/ trixie main\n";
    assert.deepEqual(urisOf("sources.list", text), ["http://mirror.example/debian/"]);
  });

  test("is read from deb822 sources, but for disabled ones", () => {
    const entry = (uri: string, more = "") =>
      `Types: deb\n# a comment\nURIs: ${uri}\nSuites: trixie\nComponents: main\n${more}`;
    const text = [
      entry("http://off.example/debian", "Enabled: no\n"),
      entry("http://a.example/debian http://b.example/debian"),
    ];
    assert.deepEqual(urisOf("debian.sources", text.join("\n")), ["http://a.example/debian", "http://b.example/debian"]);
  });

  test("is the archive itself, not security updates or a vendor", () => {
    assert.ok(isDebianArchive("https://mirror.example/debian"));
    assert.ok(!isDebianArchive("http://deb.debian.org/debian-security"));
    assert.ok(!isDebianArchive("https://deb.nodesource.com/node_20.x"));
    assert.ok(!isDebianArchive("mirror+file:/etc/apt/mirrors/debian"));
  });
});

describe("the network of a throwaway host", () => {
  test("is a /30 block of 10.99.0.0/16", () => {
    assert.deepEqual(networkOf(0), { bridge: "wp99-0", outside: "10.99.0.1", inside: "10.99.0.2", prefix: 30 });
    assert.deepEqual(networkOf(65), { bridge: "wp99-65", outside: "10.99.1.5", inside: "10.99.1.6", prefix: 30 });
    assert.equal(networkOf(2 ** 14 - 1).inside, "10.99.255.254");
  });

  test("is not one that a route of the machine takes addresses of", () => {
    for (const taken of ["10.99.0.0/16", "10.99.1.0/24", "10.99.1.4/30", "10.99.1.7", "10.99.1.6/32"]) {
      assert.ok(overlaps(taken, networkOf(65)), taken);
    }
    for (const free of ["default", "10.99.1.0/30", "10.99.1.8", "10.98.0.0/16", "10.0.0.0/8", "192.0.2.0/24"]) {
      assert.ok(!overlaps(free, networkOf(65)), free);
    }
  });
});

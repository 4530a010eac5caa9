/** The recorded address is the TCP peer's or what the trusted proxies say, and never the client's own word. */
import { describe, expect, test } from "vitest";
import { canonicalAddress, clientAddress } from "@/server/client-address";

describe("an address has one text", () => {
  test.each([
    ["203.0.113.7", "203.0.113.7"],
    ["203.0.113.7:443", "203.0.113.7"],
    ["  203.0.113.7 ", "203.0.113.7"],
    ["::1", "::1"],
    ["[::1]", "::1"],
    ["[2001:db8::7]:443", "2001:db8::7"],
    ["2001:DB8:0:0:0:0:0:7", "2001:db8::7"],
    ["2001:0db8:0000:0000:0001:0000:0000:0007", "2001:db8::1:0:0:7"],
    ["fe80::1%eth0", "fe80::1"],
    ["[fe80::1%eth0.100]:8080", "fe80::1"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::FFFF:CB00:7107", "203.0.113.7"],
    ["0:0:0:0:0:ffff:203.0.113.7", "203.0.113.7"],
    ["[::ffff:203.0.113.7]:443", "203.0.113.7"],
    ["::ffff:0.0.0.0", "0.0.0.0"],
    ["::ffff:255.255.255.255", "255.255.255.255"],
    ["64:ff9b::203.0.113.7", "64:ff9b::cb00:7107"],
  ])("%s is %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    "",
    " ",
    "unknown",
    "_hidden",
    "localhost",
    "203.0.113",
    "203.0.113.256",
    "203.0.113.7.8",
    "010.0.0.1",
    "0x7f.0.0.1",
    "2130706433",
    "203.0.113.7:",
    "203.0.113.7:123456",
    "203.0.113.7/24",
    "[::1",
    "::1]",
    "[::1]:123456",
    "::1%",
    "fe80::1%<script>",
    "fe80::1%eth0 x",
    ":::1",
    "1::2::3",
    "::ffff:999.1.1.1",
    "12345::1",
    '"[2001:db8::7]"',
    "for=203.0.113.7",
    "203.0.113.7\u0000",
    "203.0.113.7\r\nx: y",
    "'; drop table audit_events; --",
    "１.2.3.4",
  ])("%j is no address", (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });
});

describe("with no trusted proxy", () => {
  test.each([undefined, "", "198.51.100.1", "198.51.100.1, 198.51.100.2", "127.0.0.1", "garbage", "::1"])(
    "the peer counts and the header %j does not",
    (header) => {
      expect(clientAddress("203.0.113.7", header, 0)).toBe("203.0.113.7");
    },
  );

  test("an IPv4 peer on a dual-stack socket is recorded as IPv4", () => {
    expect(clientAddress("::ffff:203.0.113.7", undefined, 0)).toBe("203.0.113.7");
  });

  test("a socket that is gone already has no address, whatever the header claims", () => {
    expect(clientAddress(undefined, "198.51.100.1", 0)).toBeNull();
  });
});

describe("with trusted proxies", () => {
  const PROXY = "10.0.0.1";

  test.each([
    [1, "198.51.100.1", "198.51.100.1"],
    [1, "6.6.6.6, 198.51.100.1", "198.51.100.1"],
    [1, "6.6.6.6, 7.7.7.7, 8.8.8.8, 198.51.100.1", "198.51.100.1"],
    [2, "198.51.100.1, 10.0.0.2", "198.51.100.1"],
    [2, "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"],
    [3, "6.6.6.6, 198.51.100.1, 10.0.0.3, 10.0.0.2", "198.51.100.1"],
    [1, "6.6.6.6,198.51.100.1:51234", "198.51.100.1"],
    [1, "6.6.6.6, [2001:DB8::7]:51234", "2001:db8::7"],
    [1, "::ffff:198.51.100.1", "198.51.100.1"],
  ])("%i of them, the header %j gives the entry that the outermost one wrote: %s", (hops, header, address) => {
    expect(clientAddress(PROXY, header, hops)).toBe(address);
  });

  test.each([
    [1, undefined],
    [1, ""],
    [1, "garbage"],
    [1, "198.51.100.1, unknown"],
    [1, "198.51.100.1, "],
    [1, "198.51.100.1, 010.0.0.1"],
    [2, "198.51.100.1"],
    [3, "198.51.100.1, 10.0.0.2"],
    [20, "198.51.100.1"],
  ])("%i of them, the header %j says nothing there, so the peer counts and never another entry", (hops, header) => {
    expect(clientAddress(PROXY, header, hops)).toBe(PROXY);
  });

  test("a client that sends the header itself only ever moves what stands left of the trusted entry", () => {
    for (const forged of ["127.0.0.1", "10.0.0.1", "garbage", ",,,,", "6.6.6.6, 6.6.6.6, 6.6.6.6", "\t", "::1"]) {
      expect(clientAddress(PROXY, `${forged}, 198.51.100.1`, 1)).toBe("198.51.100.1");
      expect(clientAddress(PROXY, `${forged}, 198.51.100.1, 10.0.0.2`, 2)).toBe("198.51.100.1");
    }
  });
});

/** What the history may be asked for, and the cursor that leads from page to page. */
import { describe, expect, test } from "vitest";
import { decodeCursor, encodeCursor, signInFilter } from "@/audit/history";
import { failureReasons } from "@/audit/reasons";

const ID = "0199c5d2-1111-7abc-8def-0123456789ab";

describe("a cursor", () => {
  test.each([
    ["1772600767089123", "2026-03-04T05:06:07.089123Z"],
    ["1772600767089000", "2026-03-04T05:06:07.089000Z"],
    ["1772600767000001", "2026-03-04T05:06:07.000001Z"],
    ["1772600767999999", "2026-03-04T05:06:07.999999Z"],
    ["946684799999999", "1999-12-31T23:59:59.999999Z"],
    ["1000000", "1970-01-01T00:00:01.000000Z"],
    ["9999999999999999", "2286-11-20T17:46:39.999999Z"],
  ])("of %s microseconds comes back as %s", (micros, occurredAt) => {
    expect(decodeCursor(encodeCursor(micros, ID))).toEqual({ occurredAt, id: ID });
  });

  test("fits a URL as it is", () => {
    expect(encodeCursor("1772600767089123", ID)).toMatch(/^[\w-]+$/);
  });

  const encoded = (text: string) => Buffer.from(text).toString("base64url");
  test.each([
    "",
    "x",
    "null",
    "=".repeat(20),
    "\u0000",
    "' or true --",
    "a".repeat(100_000),
    encoded(""),
    encoded("."),
    encoded(`.${ID}`),
    encoded("1772600767089123."),
    encoded(`1772600767089123.${ID} `),
    encoded(`1772600767089123.${ID}\n`),
    encoded(` 1772600767089123.${ID}`),
    encoded(`-1772600767089123.${ID}`),
    encoded(`1e15.${ID}`),
    encoded(`99999999999999999.${ID}`),
    encoded(`17726007670891.23.${ID}`),
    encoded(`1772600767089123.${ID.toUpperCase()}`),
    encoded(`1772600767089123.${ID.replaceAll("-", "")}`),
    encoded("1772600767089123.' or true --"),
    encoded(`1772600767089123.${ID}; drop table users`),
    encoded(`１７７２６００７６７０８９１２３.${ID}`),
    Buffer.from([0xff, 0xfe, 0x00]).toString("base64url"),
  ])("is not %j", (text) => {
    expect(decodeCursor(text)).toBeNull();
  });
});

describe("the filter", () => {
  const takes = (filter: object) => signInFilter.safeParse(filter).success;

  test.each([
    "203.0.113.7",
    "0.0.0.0",
    "255.255.255.255",
    "203.0.113.0/24",
    "0.0.0.0/0",
    "203.0.113.7/32",
    "::",
    "::1",
    "2001:db8::7",
    "2001:DB8::7",
    "2001:db8::/32",
    "::/0",
    "::1/128",
    " 203.0.113.7 ",
  ])("takes %j as an address or a range", (ip) => {
    expect(takes({ ip })).toBe(true);
  });

  test.each([
    "",
    " ",
    "localhost",
    "203.0.113",
    "203.0.113.",
    "203.0.113.256",
    "203.0.113.7.8",
    "203.0.113.7/33",
    "203.0.113.7/-1",
    "203.0.113.7/",
    "203.0.113.7/24/24",
    "203.0.113.7/2 4",
    "/24",
    "203.0.113.*",
    "203.0.113.0-203.0.113.255",
    "0x7f.0.0.1",
    "2130706433",
    "::1/129",
    "::1/",
    "::1/-1",
    "1::2::3",
    ":::",
    "fe80::1%eth0",
    "[::1]",
    "[::1]:443",
    "203.0.113.7:443",
    "203.0.113.7'; drop table audit_events; --",
    "203.0.113.7\u0000",
    "２０３.0.113.7",
    `${"1".repeat(100)}.1.1.1`,
  ])("does not take %j for one", (ip) => {
    expect(takes({ ip })).toBe(false);
  });

  test.each(["status", "authMethod", "provider", "organizationId", "failureReason"])(
    "takes one value or a list of %s, but no empty and no endless list",
    (key) => {
      const value = {
        status: "failure",
        authMethod: "sso",
        provider: "openid",
        organizationId: ID,
        failureReason: "wrong_password",
      }[key];
      expect(takes({ [key]: value })).toBe(true);
      expect(takes({ [key]: [value, value] })).toBe(true);
      expect(takes({ [key]: [] })).toBe(false);
      expect(takes({ [key]: Array.from({ length: 51 }, () => value) })).toBe(false);
      expect(takes({ [key]: { in: [value] } })).toBe(false);
      expect(takes({ [key]: null })).toBe(false);
    },
  );

  test.each(["userId", "sessionId"])("takes one uuid as %s", (key) => {
    expect(takes({ [key]: ID })).toBe(true);
    for (const value of [[ID], "x", "", `${ID}'`, 7, null]) expect(takes({ [key]: value })).toBe(false);
  });

  test("takes every failure reason of the catalogue and no other", () => {
    for (const failureReason of failureReasons) expect(takes({ failureReason })).toBe(true);
    for (const failureReason of ["", "Wrong_Password", "none", "toString"])
      expect(takes({ failureReason })).toBe(false);
  });

  test("takes times, not texts or numbers", () => {
    expect(takes({ from: new Date(), to: new Date() })).toBe(true);
    for (const from of ["2026-03-04", 1_772_600_767, new Date(Number.NaN)]) expect(takes({ from })).toBe(false);
  });

  test("refuses a key that it does not know: nobody is shown everything because of a typing error", () => {
    for (const key of ["users", "Email", "email ", "organization", "action", "__proto__x"]) {
      expect(takes({ [key]: "x" })).toBe(false);
    }
    expect(takes({})).toBe(true);
  });
});

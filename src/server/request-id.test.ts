/** The id of a request is taken over from a proxy where it is well-formed, and made here where it is not. */
import { describe, expect, test } from "vitest";
import { requestIdFrom } from "@/server/request-id";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("an inbound request id", () => {
  test.each(["12345678", "a".repeat(128), "req_01HZ.A:b-c", "0199c5d2-1111-7abc-8def-000000000000"])(
    "%j is taken over",
    (inbound) => {
      expect(requestIdFrom(inbound)).toBe(inbound);
    },
  );

  test.each([
    "",
    "1234567",
    "a".repeat(129),
    "a".repeat(100_000),
    "with space",
    " 12345678",
    "12345678\n",
    "12345678\r\nset-cookie: a=b",
    "12345678\u0000",
    '12345678"}',
    "$(id)-$(id)",
    "１２３４５６７８",
    "<script>alert(1)</script>",
    "../../../etc/passwd",
    "12345678;drop",
  ])("%j is replaced", (inbound) => {
    expect(requestIdFrom(inbound)).toMatch(UUID_V7);
  });

  test("that is missing or sent twice is replaced", () => {
    expect(requestIdFrom(undefined)).toMatch(UUID_V7);
    expect(requestIdFrom(["12345678", "87654321"])).toMatch(UUID_V7);
  });
});

test("two requests without an id get two different ones", () => {
  const made = new Set(Array.from({ length: 1000 }, () => requestIdFrom(undefined)));
  expect(made.size).toBe(1000);
});

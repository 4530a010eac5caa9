import { describe, expect, it } from "vitest";
import { readFilter } from "@/app/(signed-in)/admin/sign-ins/filter";
import { filterHref, filterTitle } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { encodeCursor } from "@/audit/history";

const ID = "0199c5d2-1111-7abc-8def-000000000000";

describe("the filter in the address", () => {
  it("is read key by key, in the types of the procedure", () => {
    const { filter, problems } = readFilter({
      email: " Member@Acme.test ",
      status: "failure",
      authMethod: "password,sso",
      provider: "openid",
      failureReason: ["wrong_password", "unknown_user"],
      ip: "203.0.113.0/24",
      userId: ID,
    });
    expect(problems).toEqual({});
    expect(filter).toEqual({
      email: "member@acme.test",
      status: ["failure"],
      authMethod: ["password", "sso"],
      provider: ["openid"],
      failureReason: ["wrong_password", "unknown_user"],
      ip: "203.0.113.0/24",
      userId: ID,
    });
  });

  it("takes whole days, ending inclusively, and times to the minute or second, in UTC", () => {
    const { filter } = readFilter({ from: "2026-03-04", to: "2026-03-04" });
    expect(filter.from?.toISOString()).toBe("2026-03-04T00:00:00.000Z");
    expect(filter.to?.toISOString()).toBe("2026-03-05T00:00:00.000Z");
    const minute = readFilter({ from: "2026-03-04 14:05", to: "2026-03-04T14:05:09Z" }).filter;
    expect(minute.from?.toISOString()).toBe("2026-03-04T14:05:00.000Z");
    expect(minute.to?.toISOString()).toBe("2026-03-04T14:05:10.000Z");
  });

  it.each([
    ["email", "member"],
    ["status", "maybe"],
    ["status", "failure,maybe"],
    ["authMethod", "telepathy"],
    ["failureReason", "constructor"],
    ["ip", "203.0.113.0/33"],
    ["ip", "fe80::1%eth0"],
    ["ip", "2001:db8::/129"],
    ["from", "yesterday"],
    ["from", "2026-02-30"],
    ["to", "2026-03-04 25:00"],
    ["userId", "7"],
    ["requestId", "x".repeat(129)],
  ] as const)("keeps %s=%s, with what is wrong with it, and does not filter by it", (key, value) => {
    const { values, filter, problems } = readFilter({ [key]: value });
    expect(values[key]).toBe(value);
    expect(problems[key]).toBeTypeOf("string");
    expect(filter[key]).toBeUndefined();
  });

  it("takes only cursors that the list gave out", () => {
    const cursor = encodeCursor("1772633109412000", ID);
    expect(readFilter({ cursor }).cursor).toBe(cursor);
    expect(readFilter({ cursor: "yesterday" }).cursor).toBeNull();
  });

  it("accepts single addresses of both families", () => {
    for (const ip of ["203.0.113.7", "2001:db8::1", "2001:db8::/32"]) expect(readFilter({ ip }).filter.ip).toBe(ip);
  });

  it("notices a range that ends before it starts", () => {
    expect(readFilter({ from: "2026-03-05", to: "2026-03-04" }).problems.to).toContain("before");
  });

  it("knows an address that a plain form left untidy, and how to write it well", () => {
    const untidy = readFilter({ email: "", status: "failure", failureReason: ["used_token", "used_token"], ip: " " });
    expect(untidy.untidy).toBe(true);
    expect(filterHref(untidy.values)).toBe("/admin/sign-ins?status=failure&failureReason=used_token");
    expect(readFilter({ status: "failure", email: "" }).untidy).toBe(true);
    expect(readFilter({ status: "failure", failureReason: "used_token" }).untidy).toBe(false);
  });
});

describe("the filter in words", () => {
  it("states itself in the title", () => {
    expect(filterTitle({})).toBe("Sign-ins");
    expect(filterTitle({ status: "failure", failureReason: "wrong_password,unknown_user", ip: "203.0.113.7" })).toBe(
      "Sign-ins: failed, reason wrong password or no such account, address 203.0.113.7",
    );
  });

  it("is written into links that can be read", () => {
    expect(filterHref({ email: "a+b@acme.test", ip: "2001:db8::/32" }, "c1")).toBe(
      "/admin/sign-ins?email=a%2Bb@acme.test&ip=2001:db8::/32&cursor=c1",
    );
  });
});

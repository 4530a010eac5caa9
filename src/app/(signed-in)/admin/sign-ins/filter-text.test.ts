/** The filter as a line of text: what people type and paste finds its key, and the line reads back as it was written. */
import { describe, expect, test } from "vitest";
import { joinFilters, readText, toggled, writeText } from "@/app/(signed-in)/admin/sign-ins/filter-text";
import type { FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";

describe("a line", () => {
  test("is read word by word; of one key several values count", () => {
    expect(readText(" status:failure  ip:203.0.113.0/24 reason:wrong_password reason:unknown_user ")).toEqual({
      values: { status: "failure", ip: "203.0.113.0/24", failureReason: "wrong_password,unknown_user" },
      unread: [],
    });
  });

  test.each([
    ["member@acme.test", { email: "member@acme.test" }],
    ["203.0.113.7", { ip: "203.0.113.7" }],
    ["203.0.113.0/24", { ip: "203.0.113.0/24" }],
    ["2001:db8::/32", { ip: "2001:db8::/32" }],
    ["::1", { ip: "::1" }],
    ["0199c5d2-1111-7abc-8def-000000000000", { requestId: "0199c5d2-1111-7abc-8def-000000000000" }],
    ["failure", { status: "failure" }],
    ['from:"2026-03-04 14:05"', { from: "2026-03-04 14:05" }],
    ["user:0199c5d2-1111-7abc-8def-000000000000", { userId: "0199c5d2-1111-7abc-8def-000000000000" }],
    ["METHOD:sso", { authMethod: "sso" }],
  ] as [string, FilterValues][])("with %s alone", (text, values) => {
    expect(readText(text)).toEqual({ values, unread: [] });
  });

  test("gives back what is no part of a filter", () => {
    expect(readText('hello color:red status: "" __proto__:x')).toEqual({
      values: {},
      unread: ["hello", "color:red", "status:", '""', "__proto__:x"],
    });
  });

  test("of any length is read in time, and not beyond its limit", () => {
    const { unread } = readText(`${"x".repeat(1999)} status:failure`);
    expect(unread).toHaveLength(1);
  });
});

test("a filter comes back from its line", () => {
  const values: FilterValues = {
    email: "member@acme.test",
    status: "failure",
    failureReason: "wrong_password,unknown_user",
    from: "2026-03-04 14:05",
  };
  expect(readText(writeText(values))).toEqual({ values, unread: [] });
});

test("of two filters together, keys that take several values keep all of them", () => {
  expect(
    joinFilters({ status: "failure", ip: "203.0.113.7" }, { status: "success,failure", ip: "198.51.100.1" }),
  ).toEqual({ status: "failure,success", ip: "198.51.100.1" });
});

test("a value is added, and taken away again", () => {
  const one = toggled({ ip: "::1" }, "failureReason", "wrong_password");
  expect(one).toEqual({ ip: "::1", failureReason: "wrong_password" });
  expect(toggled(one, "failureReason", "unknown_user").failureReason).toBe("wrong_password,unknown_user");
  expect(toggled(one, "failureReason", "wrong_password").failureReason).toBeUndefined();
});

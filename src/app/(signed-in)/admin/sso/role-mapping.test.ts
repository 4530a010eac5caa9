/** What people type as a role mapping, and what is read in it. */
import { expect, test } from "vitest";
import { mappingText, readMapping } from "@/app/(signed-in)/admin/sso/role-mapping";

test("a mapping is read as it is written", () => {
  const mapping = { "Gatebook admins": "admin", "cn=staff,dc=acme": "member" } as const;
  expect(readMapping(mappingText(mapping))).toEqual({ mapping });
  expect(readMapping("\n  a = Admin \r\n\n b=auditor")).toEqual({ mapping: { a: "admin", b: "auditor" } });
  expect(readMapping("")).toEqual({ mapping: {} });
});

test.each([
  ["a", 1],
  ["a = owner", 1],
  ["a = member\n= admin", 2],
  ["a = ", 1],
])("%j is no mapping", (text, line) => {
  expect(readMapping(text).problem).toBe(`Line ${line} must be a value, an equals sign, and admin, auditor or member.`);
});

test("no value has two roles", () => {
  expect(readMapping("a = admin\na = member").problem).toBe("Line 2 maps “a” a second time.");
});

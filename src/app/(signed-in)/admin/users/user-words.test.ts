/** The addresses of the directory, and roles in words. */
import { expect, test } from "vitest";
import { roleWords, sessionWords, usersHref } from "@/app/(signed-in)/admin/users/user-words";

test("equal lists have equal addresses, and what is searched for can be read in them", () => {
  expect(usersHref("")).toBe("/admin/users");
  expect(usersHref("", null)).toBe("/admin/users");
  expect(usersHref("owner@acme")).toBe("/admin/users?search=owner@acme");
  expect(usersHref("a&cursor=b#c", "place")).toBe("/admin/users?search=a%26cursor%3Db%23c&cursor=place");
});

test("roles are said with what they are roles in, the widest first", () => {
  const memberships = [{ name: "Acme", role: "owner" }];
  expect(roleWords({ instanceRole: "admin", memberships })).toEqual(["admin of this Gatebook", "owner of Acme"]);
  expect(roleWords({ instanceRole: null, memberships: [] })).toEqual([]);
});

test("sessions are counted", () => {
  expect([0, 1, 3].map(sessionWords)).toEqual(["0 sessions", "1 session", "3 sessions"]);
});

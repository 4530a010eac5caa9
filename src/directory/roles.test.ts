/** Who may give and take which role. */
import { describe, expect, test } from "vitest";
import { type Authority, mayGrant, type Role, type RoleChange, roleProblem, roles } from "@/directory/roles";

test.each<[Authority, Role[]]>([
  ["instance", ["member", "auditor", "admin", "owner"]],
  ["owner", ["member", "auditor", "admin", "owner"]],
  ["admin", ["member", "auditor", "admin"]],
])("by the authority %s are given %j", (authority, given) => {
  expect(roles.filter((role) => mayGrant(authority, role))).toEqual(given);
});

describe("a change of a role", () => {
  const change: RoleChange = { authority: "owner", own: false, from: "member", to: "auditor", otherOwners: 1 };
  test.each<[string, Partial<RoleChange>, ReturnType<typeof roleProblem>]>([
    ["of somebody below is fine", {}, null],
    ["that makes an owner is an owner's to make", { to: "owner" }, null],
    ["that makes an owner is not an admin's to make", { authority: "admin", to: "owner" }, "above_own_role"],
    ["of an owner is not an admin's to make", { authority: "admin", from: "owner" }, "above_own_role"],
    ["nor is an owner an admin's to remove", { authority: "admin", from: "owner", to: null }, "above_own_role"],
    ["of another admin is an admin's to make", { authority: "admin", from: "admin", to: "member" }, null],
    ["that raises one's own role is nobody's", { authority: "instance", own: true, to: "admin" }, "own_role"],
    ["that lowers one's own role is one's own", { own: true, from: "owner", to: "member" }, null],
    ["that leaves no owner is refused", { from: "owner", to: "admin", otherOwners: 0 }, "last_owner"],
    ["as is the end of the last owner", { from: "owner", to: null, otherOwners: 0 }, "last_owner"],
    ["whoever asks", { authority: "instance", from: "owner", to: null, otherOwners: 0 }, "last_owner"],
    ["and of oneself too", { own: true, from: "owner", to: null, otherOwners: 0 }, "last_owner"],
    ["that leaves the last owner one is none", { from: "owner", to: "owner", otherOwners: 0 }, null],
  ])("%s", (_, given, expected) => {
    expect(roleProblem({ ...change, ...given })).toBe(expected);
  });
});

import { describe, expect, test } from "vitest";
import { rolesIn } from "@/auth/providers/roles-claim";

describe("the claim of roles", () => {
  test.each<[string, unknown, string[]]>([
    ["a list", ["staff", "auditors"], ["staff", "auditors"]],
    ["one text", "staff", ["staff"]],
    ["a list that says one twice", ["staff", "staff"], ["staff"]],
    ["a list with other things in it", ["staff", 7, null, { name: "admin" }, ["admin"], ""], ["staff"]],
    ["an object, as some claims of groups are", { staff: {} }, []],
    ["a number", 7, []],
    ["nothing", null, []],
  ])("is read from %s", (_, value, roles) => {
    expect(rolesIn({ groups: value }, "groups")).toEqual(roles);
  });

  test("may have a URL for its name, or lie on a path", () => {
    expect(rolesIn({ "https://acme.test/roles": ["staff"] }, "https://acme.test/roles")).toEqual(["staff"]);
    expect(rolesIn({ realm_access: { roles: ["staff"] } }, "realm_access.roles")).toEqual(["staff"]);
    expect(rolesIn({ "a.b": ["by name"], a: { b: ["by path"] } }, "a.b")).toEqual(["by name"]);
  });

  test("is nothing where nobody put one", () => {
    for (const claim of ["groups", "a.b.c", "toString", "__proto__", "constructor.name", "sub.length"])
      expect(rolesIn({ sub: "s" }, claim)).toEqual([]);
  });

  test("is bounded in number and length, and holds only what a row can hold", () => {
    const many = Array.from({ length: 501 }, (_, index) => `group ${index}`);
    expect(rolesIn({ groups: many }, "groups")).toHaveLength(500);
    expect(rolesIn({ groups: ["x".repeat(201), "x".repeat(200), "a\u0000b", "\ud800"] }, "groups")).toEqual([
      "x".repeat(200),
    ]);
  });
});

/** Whose history a session may read: everyone's, some organizations', or nobody's. */
import { describe, expect, test } from "vitest";
import { canReadHistory, type GatebookSession, type Membership, readableOrganizations } from "@/auth/session-shape";

const ACME = "0199c5d2-1111-7abc-8def-00000000000a";
const GLOBEX = "0199c5d2-1111-7abc-8def-00000000000b";

function sessionWith(
  instanceRole: GatebookSession["user"]["instanceRole"],
  ...memberships: [string, Membership["role"]][]
): GatebookSession {
  return {
    sid: "0199c5d2-1111-7abc-8def-000000000001",
    expires: "2026-03-04T05:06:07.000Z",
    user: { id: "0199c5d2-1111-7abc-8def-000000000002", email: "a@b.test", name: null, instanceRole },
    memberships: memberships.map(([organizationId, role]) => ({ organizationId, slug: "x", name: "X", role })),
    authMethod: "password",
    provider: "credentials",
  };
}

describe("the history may be read", () => {
  test.each(["admin", "auditor"] as const)("whole by an %s of the instance, whatever else they are", (role) => {
    for (const session of [sessionWith(role), sessionWith(role, [ACME, "member"])]) {
      expect(readableOrganizations(session)).toBe("all");
      expect(canReadHistory(session)).toBe(true);
    }
  });

  test.each(["owner", "admin", "auditor"] as const)("of their organization by an %s of it, and of no other", (role) => {
    const session = sessionWith(null, [ACME, role], [GLOBEX, "member"]);
    expect(readableOrganizations(session)).toEqual([ACME]);
    expect(canReadHistory(session)).toBe(true);
  });

  test("of several organizations by who has a role in each", () => {
    expect(readableOrganizations(sessionWith(null, [GLOBEX, "auditor"], [ACME, "owner"]))).toEqual([GLOBEX, ACME]);
  });

  test("by no member and by nobody without a membership", () => {
    for (const session of [sessionWith(null), sessionWith(null, [ACME, "member"], [GLOBEX, "member"])]) {
      expect(readableOrganizations(session)).toEqual([]);
      expect(canReadHistory(session)).toBe(false);
    }
  });
});

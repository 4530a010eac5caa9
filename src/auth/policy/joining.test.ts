/** Whose people they become who come by single sign-on, and as what. */
import { describe, expect, test } from "vitest";
import { type Attempt, type Evidence, openAttempt } from "@/auth/attempt/attempt";
import { joiningOf, mappedRole } from "@/auth/policy/joining";
import { ACCOUNT, ACME, GLOBEX, OWN, policyWith, samplePolicy } from "@/auth/policy/samples";

const identity = (roles: string[] = []): Evidence => ({
  kind: "identity",
  subject: "s",
  email: "new@acme.test",
  emailVerified: true,
  name: null,
  roles,
});

function newcomerBy(provider: string, email: string, roles: string[] = []): Attempt {
  const provision = { kind: "create_user", subject: "s", email, name: null } as const;
  return { ...openAttempt(provider), evidence: identity(roles), provision };
}

describe("a newcomer", () => {
  test("by an organization's connection joins it, with the strongest role that their groups give", () => {
    const joining = joiningOf(samplePolicy, newcomerBy(OWN, "new@acme.test", ["staff", "leads", "constructor"]));
    expect(joining).toEqual({ organizationId: ACME, role: "admin", mayJoin: true, follows: true });
  });

  test("whose groups give nothing gets the organization's default role", () => {
    expect(joiningOf(samplePolicy, newcomerBy(OWN, "new@acme.test", ["visitors"]))?.role).toBe("member");
  });

  test("by a provider of the whole instance joins the organization of their domain, and none without one", () => {
    const joining = { organizationId: ACME, role: "member", mayJoin: true, follows: false };
    expect(joiningOf(samplePolicy, newcomerBy("openid", "new@acme.test", ["leads"]))).toEqual(joining);
    expect(joiningOf(samplePolicy, newcomerBy("openid", "new@elsewhere.test"))).toBeNull();
    expect(joiningOf(samplePolicy, newcomerBy("openid", "new@sub.acme.test"))).toBeNull();
  });

  test("of an organization that people join by invitation alone does not", () => {
    const policy = policyWith(ACME, { inviteOnly: true });
    expect(joiningOf(policy, newcomerBy(OWN, "new@acme.test"))?.mayJoin).toBe(false);
  });
});

describe("somebody who is known", () => {
  test("is looked at by the address of their account, not by the one that the provider says today", () => {
    const account = { ...ACCOUNT, email: "alice@globex.test", organizationId: null };
    const attempt: Attempt = {
      ...openAttempt("openid"),
      evidence: identity(),
      account,
      provision: { kind: "use_identity", subject: "s" },
    };
    expect(joiningOf(samplePolicy, attempt)?.organizationId).toBe(GLOBEX);
  });

  test.each(["credentials", "token", "passkey"])("joins nothing by %s", (provider) => {
    expect(joiningOf(samplePolicy, { ...openAttempt(provider), account: ACCOUNT })).toBeNull();
  });
});

test("roles map by exact values of the mapping's own, the strongest wins, and nothing makes an owner", () => {
  const mapping = { a: "auditor", b: "member", c: "admin" } as const;
  expect(mappedRole(mapping, ["b", "a"])).toBe("auditor");
  expect(mappedRole(mapping, ["a", "c", "b"])).toBe("admin");
  expect(mappedRole(mapping, ["A", "owner", "toString", "__proto__"])).toBeNull();
});

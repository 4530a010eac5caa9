/** Which organization has a say in an attempt. */
import { describe, expect, test } from "vitest";
import { type Attempt, openAttempt } from "@/auth/attempt/attempt";
import { organizationOfAttempt, rulesFor } from "@/auth/policy/governed";
import { ACCOUNT, ACME, GLOBEX, OWN, policyWith, samplePolicy } from "@/auth/policy/samples";
import { routeOf, speaksFor } from "@/auth/policy/vouching";

const by = (facts: Partial<Attempt>): Attempt => ({ ...openAttempt("credentials"), ...facts });
const ruling = (facts: Partial<Attempt>) => rulesFor(samplePolicy, by(facts))?.id ?? null;

describe("the rules of a sign-in are those", () => {
  test("of the organization that has the address's domain, whichever the person joined first", () => {
    expect(ruling({ account: { ...ACCOUNT, organizationId: GLOBEX } })).toBe(ACME);
  });

  test("else of the oldest membership", () => {
    expect(ruling({ account: { ...ACCOUNT, email: "alice@private.test", organizationId: GLOBEX } })).toBe(GLOBEX);
  });

  test("else of nobody", () => {
    expect(ruling({ account: { ...ACCOUNT, email: "alice@private.test", organizationId: null } })).toBeNull();
    expect(ruling({ claimedEmail: "alice@acme.test" })).toBeNull();
  });

  test("of a newcomer's domain too", () => {
    const provision = { kind: "create_user", subject: "s", email: "new@acme.test", name: null } as const;
    expect(ruling({ provision })).toBe(ACME);
  });

  test("never of an organization where it is an administrator of the instance; an auditor is bound", () => {
    expect(ruling({ account: { ...ACCOUNT, instanceRole: "admin" } })).toBeNull();
    expect(ruling({ account: { ...ACCOUNT, instanceRole: "auditor" } })).toBe(ACME);
  });

  test("not of one whose own invitation is accepted; another's invitation opens nothing", () => {
    const provision = { kind: "accept_invitation", tokenId: "t", invitationId: "i" } as const;
    const invited = { claimedEmail: "new@acme.test" };
    expect(ruling({ ...invited, provision: { ...provision, organizationId: ACME } })).toBeNull();
    expect(ruling({ ...invited, provision: { ...provision, organizationId: GLOBEX } })).toBe(ACME);
  });
});

describe("the rows of an attempt belong to", () => {
  test("the organization of the address's domain, of the account or else of what was claimed", () => {
    expect(organizationOfAttempt(samplePolicy, by({ account: { ...ACCOUNT, organizationId: GLOBEX } }))).toBe(ACME);
    expect(organizationOfAttempt(samplePolicy, by({ claimedEmail: "nobody@globex.test" }))).toBe(GLOBEX);
    expect(organizationOfAttempt(samplePolicy, by({ claimedEmail: "not an address" }))).toBeNull();
  });

  test("the oldest membership's while no policy is known", () => {
    expect(organizationOfAttempt(null, by({ account: ACCOUNT, claimedEmail: "x@globex.test" }))).toBe(ACME);
    expect(organizationOfAttempt(null, by({ claimedEmail: "x@globex.test" }))).toBeNull();
  });
});

describe("a connection of an organization", () => {
  test("speaks for the addresses of its domains alone; a provider of the whole instance for all", () => {
    expect(speaksFor(samplePolicy, OWN, ["new@acme.test"])).toBe(true);
    for (const email of ["a@globex.test", "a@acme.test.evil.test", "a@sub.acme.test", null]) {
      expect(speaksFor(samplePolicy, OWN, ["new@acme.test", email])).toBe(false);
      expect(speaksFor(samplePolicy, "openid", [email])).toBe(true);
    }
  });
});

describe("where a domain's people sign in", () => {
  test("is at the required connection, else at those of its organization, else nowhere of its own", () => {
    const required = policyWith(ACME, { requiredProvider: "azure-ad" });
    expect(routeOf(required, "x@acme.test")).toEqual({
      domain: "acme.test",
      required: "azure-ad",
      providers: ["azure-ad"],
    });
    expect(routeOf(samplePolicy, "x@acme.test")).toEqual({ domain: "acme.test", required: null, providers: [OWN] });
    expect(routeOf(samplePolicy, "x@globex.test")).toBeNull();
    expect(routeOf(samplePolicy, "x@elsewhere.test")).toBeNull();
  });
});

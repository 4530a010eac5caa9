/** A required connection is the one way in, for those whom its organization governs. */
import { expect, test } from "vitest";
import { openAttempt } from "@/auth/attempt/attempt";
import { refusalByConnection } from "@/auth/gates/connection-required.server";
import { ACCOUNT, ACME, GLOBEX, OWN, policyWith, samplePolicy } from "@/auth/policy/samples";

const required = policyWith(ACME, { requiredProvider: OWN });
const by = (provider: string, account = ACCOUNT) => ({ ...openAttempt(provider), account });

test.each(["credentials", "token", "passkey", "openid", "sso-0199c5d2-0000-7abc-8def-0000000000ff"])(
  "whoever proves themselves by %s is led to it",
  (provider) => {
    expect(refusalByConnection(required, by(provider))).toEqual({ reason: "redirected_by_policy", leadsTo: OWN });
  },
);

test("by the connection itself, or where none is required, they pass", () => {
  expect(refusalByConnection(required, by(OWN))).toBeNull();
  expect(refusalByConnection(samplePolicy, by("credentials"))).toBeNull();
});

test("it binds a member without an address of the domain, and nobody because of another organization", () => {
  const elsewhere = { ...ACCOUNT, email: "alice@private.test" };
  expect(refusalByConnection(required, by("credentials", elsewhere))?.reason).toBe("redirected_by_policy");
  expect(refusalByConnection(required, by("credentials", { ...elsewhere, organizationId: GLOBEX }))).toBeNull();
});

test("it locks no administrator of the instance out", () => {
  expect(refusalByConnection(required, by("credentials", { ...ACCOUNT, instanceRole: "admin" }))).toBeNull();
});

/** The gates that need nothing but the attempt, and the order in which an attempt meets all of them. */
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Account, type Attempt, openAttempt } from "@/auth/attempt/attempt";
import { accountActive } from "@/auth/gates/account-active";
import { emailVerified } from "@/auth/gates/email-verified";
import { gates, passGates } from "@/auth/gates/index.server";
import { providerPermitted } from "@/auth/gates/provider-permitted.server";
import { env } from "@/platform/env";

const AT = new Date("2026-03-04T05:06:07Z");
const ACCOUNT: Account = {
  id: "0199c5d2-1111-7abc-8def-000000000000",
  email: "alice@example.com",
  emailVerifiedAt: AT,
  disabledAt: null,
  organizationId: null,
  instanceRole: null,
};
const UNVERIFIED: Account = { ...ACCOUNT, emailVerifiedAt: null };

const attemptBy = (provider: string, facts: Partial<Attempt> = {}): Attempt => ({ ...openAttempt(provider), ...facts });

function newcomer(emailVerified: boolean): Partial<Attempt> {
  const who = { subject: "s", email: "new@example.com", name: null };
  return {
    evidence: { kind: "identity", ...who, emailVerified, roles: [] },
    provision: { kind: "create_user", ...who },
  };
}

beforeAll(() => {
  vi.stubEnv("GITHUB_CLIENT_ID", "id");
  vi.stubEnv("GITHUB_CLIENT_SECRET", "secret");
  env();
});

describe("the gates", () => {
  test("stand in an order: what is refused unread, then who it is, then what holds for that account", () => {
    expect(gates.map(({ name }) => name)).toEqual([
      "provider permitted",
      "rate limit",
      "credentials",
      "account active",
      "email verified",
      "connection required",
      "method allowed",
      "organization allowed",
    ]);
  });

  test("let an attempt whose provider is not offered meet no other gate: its password is not even looked at", async () => {
    const attempt = attemptBy("openid", { evidence: { kind: "password", email: "a@b.test", password: "x" } });
    expect(await passGates(attempt)).toBe(false);
    expect(attempt).toMatchObject({
      passed: false,
      account: null,
      refusal: { reason: "provider_not_allowed", gate: "provider permitted" },
    });
  });

  test("do not let in an attempt that brought nothing at all", async () => {
    const attempt = attemptBy("github");
    expect(await passGates(attempt)).toBe(false);
    expect(attempt).toMatchObject({ passed: false, refusal: { reason: "missing_credentials", gate: "credentials" } });
  });
});

describe("only a way in that is offered counts:", () => {
  test.each(["credentials", "token", "github"])("%s is", (provider) => {
    expect(providerPermitted.check(attemptBy(provider))).toBeNull();
  });

  test.each(["openid", "azure-ad", "auth0", "google", "passkey", "saml", "", "__proto__", "GitHub", "github "])(
    "%j is not",
    (provider) => {
      expect(providerPermitted.check(attemptBy(provider))).toEqual({ reason: "provider_not_allowed" });
    },
  );
});

describe("a disabled account lets nobody in", () => {
  const disabled = { account: { ...ACCOUNT, disabledAt: AT } };

  test.each(["credentials", "token", "github", "passkey"])("by %s", (provider) => {
    expect(accountActive.check(attemptBy(provider, disabled))).toEqual({ reason: "account_disabled" });
  });

  test("not even one that was disabled in the future or before it was verified", () => {
    for (const account of [
      { ...ACCOUNT, disabledAt: new Date("2999-01-01") },
      { ...UNVERIFIED, disabledAt: new Date(0) },
    ]) {
      expect(accountActive.check(attemptBy("credentials", { account }))).toEqual({ reason: "account_disabled" });
    }
  });

  test("and an active one, or one that is about to be made, passes", () => {
    expect(accountActive.check(attemptBy("credentials", { account: ACCOUNT }))).toBeNull();
    expect(accountActive.check(attemptBy("github", newcomer(true)))).toBeNull();
  });
});

describe("an unproven mailbox", () => {
  test("keeps a password, a provider's identity and a passkey out", () => {
    const known = { account: UNVERIFIED, provision: { kind: "use_identity", subject: "s" } } as const;
    for (const attempt of [
      attemptBy("credentials", { account: UNVERIFIED }),
      attemptBy("github", known),
      attemptBy("passkey", { account: UNVERIFIED }),
    ]) {
      expect(emailVerified.check(attempt)).toEqual({ reason: "email_not_verified" });
    }
  });

  test("is not made good by a provider that vouches for the address of an account it is linked to", () => {
    const evidence = {
      kind: "identity",
      subject: "s",
      email: UNVERIFIED.email,
      emailVerified: true,
      name: null,
      roles: [],
    } as const;
    const provision = { kind: "use_identity", subject: "s" } as const;
    expect(emailVerified.check(attemptBy("github", { account: UNVERIFIED, evidence, provision }))).toEqual({
      reason: "email_not_verified",
    });
  });

  test("is proven by a link that was mailed to it", () => {
    expect(emailVerified.check(attemptBy("token", { account: UNVERIFIED }))).toBeNull();
  });

  test("of a newcomer counts as proven only where the provider vouches for it", () => {
    expect(emailVerified.check(attemptBy("github", newcomer(true)))).toBeNull();
    expect(emailVerified.check(attemptBy("github", newcomer(false)))).toEqual({ reason: "email_not_verified" });
    expect(emailVerified.check(attemptBy("github", { ...newcomer(true), evidence: null }))).toEqual({
      reason: "email_not_verified",
    });
  });

  test("is no matter for a proven one", () => {
    for (const provider of ["credentials", "token", "github"]) {
      expect(emailVerified.check(attemptBy(provider, { account: ACCOUNT }))).toBeNull();
    }
  });

  test("nor does an attempt without any account pass", () => {
    expect(emailVerified.check(attemptBy("credentials"))).toEqual({ reason: "email_not_verified" });
  });
});

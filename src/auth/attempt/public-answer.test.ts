/** What a refused person learns: for each reason and each way in, and never whether an account exists. */
import { describe, expect, test } from "vitest";
import { authMethods } from "@/audit/catalogue";
import { type FailureReason, failureReasons } from "@/audit/reasons";
import { DATABASE_AWAY } from "@/auth/attempt/attempt";
import { type PublicCode, publicAnswer, publicCode } from "@/auth/attempt/public-answer";

type Row = Record<(typeof authMethods)[number], PublicCode>;
const always = (code: PublicCode): Row => ({ password: code, email_verification: code, sso: code, passkey: code });

const TOLD: Record<FailureReason, Row> = {
  unknown_user: always("sign_in_failed"),
  no_password: always("sign_in_failed"),
  wrong_password: always("sign_in_failed"),
  password_too_long: always("sign_in_failed"),
  account_locked: always("sign_in_failed"),
  second_factor_required: always("sign_in_failed"),
  wrong_totp: always("sign_in_failed"),
  wrong_backup_code: always("sign_in_failed"),
  account_disabled: {
    password: "sign_in_failed",
    email_verification: "link_invalid",
    sso: "not_allowed",
    passkey: "not_allowed",
  },
  email_not_verified: { ...always("email_not_verified"), password: "sign_in_failed" },
  missing_credentials: { ...always("missing_credentials"), email_verification: "link_invalid" },
  invalid_token: always("link_invalid"),
  expired_token: always("link_invalid"),
  used_token: always("link_invalid"),
  rate_limited: always("too_many_tries"),
  csrf_rejected: always("csrf"),
  method_not_allowed: always("not_allowed"),
  organization_not_allowed: always("not_allowed"),
  redirected_by_policy: always("not_allowed"),
  account_not_linked: always("account_not_linked"),
  provider_denied: always("cancelled"),
  provider_not_allowed: always("not_finished"),
  provider_error: always("not_finished"),
  state_mismatch: always("not_finished"),
  token_mint_failed: always("not_finished"),
  internal_error: always("not_finished"),
};

const CASES = failureReasons.flatMap((reason) => authMethods.map((method) => [reason, method] as const));

describe("the code a person is given", () => {
  test.each(CASES)("for %s by %s", (reason, method) => {
    expect(publicCode({ method }, { reason })).toBe(TOLD[reason][method]);
  });

  test.each(CASES)(
    "for %s by %s is 'unavailable' while the database is away: it says nothing of the account",
    (reason, method) => {
      expect(publicAnswer({ method }, { reason, cause: DATABASE_AWAY })).toEqual({
        page: "/sign-in",
        code: "unavailable",
        status: 503,
      });
    },
  );

  test.each(CASES)("for %s by %s depends on nothing but these two", (reason, method) => {
    const bare = publicAnswer({ method }, { reason });
    const detailed = { reason, gate: "credentials", cause: "bad_signature", providerError: "server_error" };
    expect(publicAnswer({ method }, detailed)).toEqual(bare);
  });
});

describe("a provider's failure", () => {
  test.each([
    ["provider_timeout", "provider_unavailable", 503],
    ["provider_unreachable", "provider_unavailable", 503],
    ["provider_failed", "provider_unavailable", 503],
    ["bad_answer", "provider_misconfigured", 502],
    ["client_refused", "provider_misconfigured", 502],
    ["issuer_mismatch", "provider_misconfigured", 502],
    ["missing_email", "email_missing", 401],
    ["unusable_email", "email_missing", 401],
    ["code_refused", "not_finished", 400],
    ["unknown_key", "not_finished", 400],
    ["constructor", "not_finished", 400],
  ])("with the cause %s is told as %s", (cause, code, status) => {
    const told = publicAnswer({ method: "sso" }, { reason: "provider_error", cause });
    expect(told).toEqual({ page: "/sign-in", code, status });
  });

  test("without a cause of ours is told by the provider's own code", () => {
    const told = (refusal: object) => publicCode({ method: "sso" }, { reason: "provider_error", ...refusal });
    expect(told({ providerError: "temporarily_unavailable" })).toBe("provider_unavailable");
    expect(told({ providerError: "login_required" })).toBe("not_finished");
    expect(told({ cause: "bad_signature", providerError: "server_error" })).toBe("not_finished");
  });

  test.each(failureReasons.filter((reason) => reason !== "provider_error"))(
    "is not told in the place of %s",
    (reason) => {
      expect(publicCode({ method: "sso" }, { reason, cause: "provider_timeout" })).toBe(TOLD[reason].sso);
    },
  );
});

describe("the policy of an organization", () => {
  test.each(authMethods)("leads who came by %s to the connection that it requires", (method) => {
    const told = publicAnswer({ method }, { reason: "redirected_by_policy", leadsTo: "sso-0199" });
    expect(told).toEqual({ page: "/sign-in", code: "connection_required", status: 401 });
  });

  test("tells who was not invited what is missing, and of a foreign address nothing", () => {
    const told = (cause: string) => publicCode({ method: "sso" }, { reason: "organization_not_allowed", cause });
    expect(told("not_invited")).toBe("invitation_needed");
    expect(told("foreign_address")).toBe("not_allowed");
  });
});

describe("nobody learns from the answer which accounts exist", () => {
  test("a password that did not open an account is one answer, whatever the account is", () => {
    const alike: FailureReason[] = [
      "unknown_user",
      "no_password",
      "wrong_password",
      "password_too_long",
      "email_not_verified",
      "account_disabled",
      "account_locked",
    ];
    const answers = new Set(alike.map((reason) => JSON.stringify(publicAnswer({ method: "password" }, { reason }))));
    expect([...answers]).toEqual(['{"page":"/sign-in","code":"sign_in_failed","status":401}']);
  });

  test("a link that did not open an account is one answer too", () => {
    const alike: FailureReason[] = [
      "invalid_token",
      "expired_token",
      "used_token",
      "missing_credentials",
      "account_disabled",
    ];
    const answers = new Set(
      alike.map((reason) => JSON.stringify(publicAnswer({ method: "email_verification" }, { reason }))),
    );
    expect([...answers]).toEqual(['{"page":"/sign-in/finish","code":"link_invalid","status":401}']);
  });
});

test.each([
  ["csrf_rejected", 403],
  ["rate_limited", 429],
  ["internal_error", 400],
  ["provider_denied", 401],
] as const)("a script is told %s with status %i", (reason, status) => {
  expect(publicAnswer({ method: "sso" }, { reason }).status).toBe(status);
});

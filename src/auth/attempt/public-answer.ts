/**
 * What a refused person is told: a page, a code and no more. Unknown, passwordless, wrong, overlong, unverified and
 * disabled are one code, so that nobody learns from the answer which accounts exist (ASVS 6.3.8). Pure.
 */
import { type Attempt, DATABASE_AWAY, type Refusal } from "@/auth/attempt/attempt";

export type PublicCode =
  | "sign_in_failed"
  | "missing_credentials"
  | "too_many_tries"
  | "csrf"
  | "cancelled"
  | "account_not_linked"
  | "email_not_verified"
  | "not_allowed"
  | "unavailable"
  | "link_invalid"
  | "not_finished";

export type PublicAnswer = { page: "/sign-in" | "/sign-in/finish"; code: PublicCode; status: number };

export function publicCode(attempt: Pick<Attempt, "method">, refusal: Refusal): PublicCode {
  if (refusal.cause === DATABASE_AWAY) return "unavailable";
  const { method } = attempt;
  switch (refusal.reason) {
    case "unknown_user":
    case "no_password":
    case "wrong_password":
    case "password_too_long":
    case "account_locked":
    case "second_factor_required":
    case "wrong_totp":
    case "wrong_backup_code":
      return "sign_in_failed";
    case "account_disabled":
      if (method === "password") return "sign_in_failed";
      return method === "email_verification" ? "link_invalid" : "not_allowed";
    case "email_not_verified":
      return method === "password" ? "sign_in_failed" : "email_not_verified";
    case "missing_credentials":
      return method === "email_verification" ? "link_invalid" : "missing_credentials";
    case "invalid_token":
    case "expired_token":
    case "used_token":
      return "link_invalid";
    case "rate_limited":
      return "too_many_tries";
    case "csrf_rejected":
      return "csrf";
    case "method_not_allowed":
    case "organization_not_allowed":
    case "redirected_by_policy":
      return "not_allowed";
    case "account_not_linked":
      return "account_not_linked";
    case "provider_denied":
      return "cancelled";
    case "provider_not_allowed":
    case "provider_error":
    case "state_mismatch":
    case "token_mint_failed":
    case "internal_error":
      return "not_finished";
  }
}

const STATUS: Partial<Record<PublicCode, number>> = {
  csrf: 403,
  too_many_tries: 429,
  unavailable: 503,
  not_finished: 400,
};

export function publicAnswer(attempt: Pick<Attempt, "method">, refusal: Refusal): PublicAnswer {
  const code = publicCode(attempt, refusal);
  return { page: code === "link_invalid" ? "/sign-in/finish" : "/sign-in", code, status: STATUS[code] ?? 401 };
}

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
  | "invitation_needed"
  | "connection_required"
  | "unavailable"
  | "provider_unavailable"
  | "provider_misconfigured"
  | "email_missing"
  | "link_invalid"
  | "not_finished";

export type PublicAnswer = { page: "/sign-in" | "/sign-in/finish"; code: PublicCode; status: number };

/**
 * What a person can be told of a provider's failure, by its cause or else the provider's own code: it says nothing of
 * accounts, and who can help.
 */
const PROVIDER_CODES = new Map<string | undefined, PublicCode>([
  ["provider_timeout", "provider_unavailable"],
  ["provider_unreachable", "provider_unavailable"],
  ["provider_failed", "provider_unavailable"],
  ["server_error", "provider_unavailable"],
  ["temporarily_unavailable", "provider_unavailable"],
  ["bad_answer", "provider_misconfigured"],
  ["bad_certificate", "provider_misconfigured"],
  ["bad_discovery", "provider_misconfigured"],
  ["client_refused", "provider_misconfigured"],
  ["refused_by_guard", "provider_misconfigured"],
  ["unauthorized_client", "provider_misconfigured"],
  ["issuer_mismatch", "provider_misconfigured"],
  ["audience_mismatch", "provider_misconfigured"],
  ["missing_email", "email_missing"],
  ["unusable_email", "email_missing"],
]);

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
      return "not_allowed";
    case "organization_not_allowed":
      return refusal.cause === "not_invited" ? "invitation_needed" : "not_allowed";
    case "redirected_by_policy":
      return refusal.leadsTo === undefined ? "not_allowed" : "connection_required";
    case "account_not_linked":
      return "account_not_linked";
    case "provider_denied":
      return "cancelled";
    case "provider_error":
      return PROVIDER_CODES.get(refusal.cause ?? refusal.providerError) ?? "not_finished";
    case "provider_not_allowed":
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
  provider_unavailable: 503,
  provider_misconfigured: 502,
  not_finished: 400,
};

export function publicAnswer(attempt: Pick<Attempt, "method">, refusal: Refusal): PublicAnswer {
  const code = publicCode(attempt, refusal);
  return { page: code === "link_invalid" ? "/sign-in/finish" : "/sign-in", code, status: STATUS[code] ?? 401 };
}

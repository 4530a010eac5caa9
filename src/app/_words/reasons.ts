/**
 * Why a sign-in failed, in words: `short` for a list that auditors read, `own` for the person whose account it was.
 * The codes stay in the data. Pure.
 */
import type { FailureReason } from "@/audit/reasons";

type Words = { short: string; own: (provider: string) => string };

const refused = (sentence: string) => () => `${sentence} They didn't get in.`;

const words: Record<FailureReason, Words> = {
  unknown_user: {
    short: "no such account",
    own: refused("Someone typed your address before it had an account here."),
  },
  no_password: {
    short: "account has no password",
    own: refused("Someone typed your address and a password, but your account has none."),
  },
  wrong_password: { short: "wrong password", own: refused("Someone typed your address and a wrong password.") },
  password_too_long: {
    short: "overlong password",
    own: refused("Someone typed your address and an overlong password."),
  },
  missing_credentials: {
    short: "email or password missing",
    own: refused("Someone typed your address and no password."),
  },
  email_not_verified: {
    short: "email not verified",
    own: refused("Someone tried to sign in before your address was verified."),
  },
  account_disabled: {
    short: "account disabled",
    own: refused("Someone tried to sign in while your account was disabled."),
  },
  account_locked: {
    short: "account locked",
    own: refused("Someone tried to sign in while your account was locked."),
  },
  rate_limited: { short: "too many tries", own: refused("Someone typed your address after too many failed tries.") },
  csrf_rejected: {
    short: "form expired or forged",
    own: refused("A form with your address came too late, or from another site."),
  },
  second_factor_required: {
    short: "second factor missing",
    own: refused("Someone gave your password, but no second factor."),
  },
  wrong_totp: {
    short: "wrong authenticator code",
    own: refused("Someone gave your password and a wrong authenticator code."),
  },
  wrong_backup_code: {
    short: "wrong backup code",
    own: refused("Someone gave your password and a wrong backup code."),
  },
  invalid_token: { short: "link not valid", own: refused("Someone opened a sign-in link that isn't valid.") },
  expired_token: { short: "link expired", own: refused("Someone used a link from your email after it had expired.") },
  used_token: { short: "link already used", own: refused("Someone used a link from your email a second time.") },
  method_not_allowed: {
    short: "method not allowed",
    own: refused("Someone tried a way of signing in that isn't allowed for your account."),
  },
  provider_not_allowed: {
    short: "provider not allowed",
    own: (provider) => `Someone tried ${provider}, which isn't allowed for your account. They didn't get in.`,
  },
  organization_not_allowed: {
    short: "organization not allowed",
    own: refused("Someone tried a way of signing in that your organization doesn't allow."),
  },
  account_not_linked: {
    short: "provider not linked",
    own: (provider) =>
      `Someone came from ${provider} with your address, but it isn't linked to your account. They didn't get in.`,
  },
  provider_denied: {
    short: "cancelled at the provider",
    own: (provider) => `A sign-in with ${provider} was cancelled there. Nobody got in.`,
  },
  provider_error: {
    short: "provider error",
    own: (provider) => `A sign-in with ${provider} ended in an error there. Nobody got in.`,
  },
  state_mismatch: {
    short: "provider's answer didn't match",
    own: (provider) => `A sign-in with ${provider} came back to a browser that hadn't started it. Nobody got in.`,
  },
  redirected_by_policy: {
    short: "redirected by policy",
    own: () => "Someone was sent to another way of signing in, as your organization requires. Nobody got in.",
  },
  token_mint_failed: {
    short: "session not made",
    own: () => "A sign-in failed because of an error on our side. Nobody got in.",
  },
  internal_error: {
    short: "error on our side",
    own: () => "A sign-in failed because of an error on our side. Nobody got in.",
  },
};

function known(reason: string): reason is FailureReason {
  return Object.hasOwn(words, reason);
}

/** A reason in two or three words. The codes of other refusals, and those of forks, are words themselves. */
export function reasonWords(reason: string): string {
  return known(reason) ? words[reason].short : reason.replaceAll("_", " ");
}

/** A reason as a sentence to the owner of the account. */
export function ownReasonSentence(reason: string | null, provider: string): string {
  return reason !== null && known(reason) ? words[reason].own(provider) : "A sign-in failed. Nobody got in.";
}

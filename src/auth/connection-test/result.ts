/**
 * What a test of a connection found, as it is kept in the connection's row and shown to its administrators. Codes and
 * short texts only: no token, no secret, nothing that a provider wrote in its own words. Pure.
 */
import { z } from "zod";

/** What the server can find out by itself, in the order in which it is shown. */
export const steps = ["discovery", "issuer", "endpoints", "keys", "clock", "secret", "callback"] as const;
export type Step = (typeof steps)[number];

/** Everything that can be wrong. What each of them means and where it is mended is said by the pages. */
export const problems = [
  // The address that was asked.
  "not_https",
  "not_public",
  "redirected",
  "too_large",
  "timeout",
  "unknown_host",
  "unreachable",
  "bad_certificate",
  "bad_status",
  "not_json",
  "bad_answer",
  // What the provider says of itself.
  "not_found",
  "wrong_tenant",
  "issuer_mismatch",
  "endpoint_missing",
  "alg_unsupported",
  "no_keys",
  "clock_skew",
  // What it says of us.
  "secret_unreadable",
  "client_refused",
  "callback_refused",
  // The round trip.
  "provider_denied",
  "provider_error",
  "state_mismatch",
  "nonce_mismatch",
  "audience_mismatch",
  "token_expired",
  "unknown_key",
  "bad_id_token",
  "code_refused",
  "userinfo_failed",
  "no_subject",
  "no_email",
  "email_unverified",
  "connection_changed",
] as const;
export type Problem = (typeof problems)[number];

const text = z.string().max(500);

const check = z.strictObject({
  step: z.enum(steps),
  /** `skipped`: what it needs failed before, or the provider does not say. */
  outcome: z.enum(["passed", "failed", "skipped"]),
  problem: z.enum(problems).optional(),
  /** What should have been there, and what was. */
  expected: text.optional(),
  found: text.optional(),
});
export type Check = z.infer<typeof check>;

const claimsReport = z.strictObject({
  /** The names of all claims that came, sorted. */
  claims: z.array(z.string().max(100)).max(100),
  subject: z.string().max(255),
  email: z.string().max(320).nullable(),
  /** Whether the address counts as proven, as a sign-in would have it. */
  emailVerified: z.boolean(),
  name: z.string().max(200).nullable(),
  /** The values of the roles claim, and the role that they give; null where the connection maps none. */
  roles: z.array(z.string().max(200)).max(50).nullable(),
  mappedRole: z.enum(["admin", "auditor", "member"]).nullable(),
  /** Whether somebody would be signed in to an account that is there. */
  account: z.enum(["linked", "same_email", "none"]),
  /** Seconds, as far as the provider says. */
  accessTokenLivesS: z.number().int().nullable(),
  idTokenLivesS: z.number().int().nullable(),
  refreshToken: z.boolean(),
});
export type ClaimsReport = z.infer<typeof claimsReport>;

const roundTrip = z.strictObject({
  at: z.iso.datetime(),
  problem: z.enum(problems).nullable(),
  /** The provider's own error code (RFC 6749), never its free text. */
  providerError: z
    .string()
    .regex(/^[a-z_]{1,64}$/)
    .optional(),
  report: claimsReport.nullable(),
});
export type RoundTrip = z.infer<typeof roundTrip>;

export const testResult = z.strictObject({
  /** What the server found out by itself. */
  checked: z.strictObject({ at: z.iso.datetime(), checks: z.array(check).max(steps.length) }).nullable(),
  /** What the last person saw who went to the provider and back. */
  roundTrip: roundTrip.nullable(),
});
export type TestResult = z.infer<typeof testResult>;

/** Of a row; null for a connection that has not been tested with its present settings. */
export function readTestResult(stored: unknown): TestResult | null {
  return testResult.safeParse(stored).data ?? null;
}

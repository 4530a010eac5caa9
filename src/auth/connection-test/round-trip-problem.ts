/** Why a test's round trip failed, in the words of a test. Pure; what openid-client says is pinned by tests. */
import { refusalFromProviderError } from "@/auth/attempt/provider-errors";
import { networkProblem } from "@/auth/connection-test/network-problem";
import type { Problem } from "@/auth/connection-test/result";

const PROBLEM_OF_CAUSE: Record<string, Problem> = {
  userinfo_failed: "userinfo_failed",
  provider_timeout: "timeout",
  provider_unreachable: "unreachable",
  bad_certificate: "bad_certificate",
  issuer_mismatch: "issuer_mismatch",
  audience_mismatch: "audience_mismatch",
  token_expired: "token_expired",
  token_not_yet_valid: "clock_skew",
  unknown_key: "unknown_key",
  bad_signature: "bad_id_token",
  bad_id_token: "bad_id_token",
  client_refused: "client_refused",
  code_refused: "code_refused",
  bad_discovery: "endpoint_missing",
  bad_answer: "bad_answer",
};

export type RoundTripProblem = { problem: Problem; providerError?: string };

export function roundTripProblem(error: unknown): RoundTripProblem {
  const { reason, cause, providerError } = refusalFromProviderError(error);
  const said = providerError === undefined ? {} : { providerError };
  const refused = networkProblem(error);
  if (cause !== "userinfo_failed" && refused) return { problem: refused };
  if (reason === "state_mismatch") {
    const aboutNonce = error instanceof Error && /nonce/i.test(error.message);
    return { problem: aboutNonce ? "nonce_mismatch" : "state_mismatch" };
  }
  if (providerError === "access_denied") return { problem: "provider_denied", ...said };
  return { problem: PROBLEM_OF_CAUSE[cause ?? ""] ?? "provider_error", ...said };
}

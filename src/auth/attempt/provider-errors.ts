/** Reads what NextAuth and openid-client say when a round trip to a provider fails. Pure; their texts are pinned by tests. */
import type { Refusal } from "@/auth/attempt/attempt";

const CODE = /^[a-z_]{1,64}$/;

function codeOf(value: unknown): string | undefined {
  return typeof value === "string" && CODE.test(value) ? value : undefined;
}

/** Error codes of RFC 6749, RFC 6750 and OpenID Connect that a token or userinfo endpoint may answer with. */
const REGISTERED = new Set([
  "access_denied",
  "consent_required",
  "insufficient_scope",
  "interaction_required",
  "invalid_client",
  "invalid_grant",
  "invalid_request",
  "invalid_scope",
  "invalid_token",
  "login_required",
  "server_error",
  "temporarily_unavailable",
  "unauthorized_client",
  "unsupported_grant_type",
  "unsupported_response_type",
]);

function registeredCode(message: string): string | undefined {
  const word = /^([a-z_]+)(?: \(|$)/.exec(message)?.[1];
  return word !== undefined && REGISTERED.has(word) ? word : undefined;
}

type Described = { message: string; code: string | undefined; providerError: string | undefined };

function describe(error: unknown): Described {
  const messages: string[] = [];
  let code: string | undefined;
  let providerError: string | undefined;
  for (let current: unknown = error, depth = 0; current instanceof Error && depth < 5; depth += 1) {
    messages.push(current.message);
    const fields = current as Error & { code?: unknown; error?: unknown };
    if (typeof fields.code === "string") code ??= fields.code;
    // NextAuth's wrapper keeps the message alone, which begins with the code (openid-client's OPError).
    providerError ??= codeOf(fields.error) ?? registeredCode(current.message);
    current = current.cause;
  }
  return { message: messages.join(" "), code, providerError };
}

const CAUSES: [RegExp, string][] = [
  [/userinfo/i, "userinfo_failed"],
  [/timed out|ETIMEDOUT|timeout/i, "provider_timeout"],
  [/refused by the guard/, "refused_by_guard"],
  [
    /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|socket hang up/i,
    "provider_unreachable",
  ],
  [/CERT_|_CERT|certificate|altnames|UNABLE_TO_VERIFY|EPROTO|ERR_(TLS|SSL)_/i, "bad_certificate"],
  [/unexpected iss|issuer mismatch|iss mismatch|iss missing/i, "issuer_mismatch"],
  [/aud mismatch|aud is missing|audience|azp/i, "audience_mismatch"],
  [/JWT expired|id_token expired/i, "token_expired"],
  [/JWT not active yet/i, "token_not_yet_valid"],
  [/no matching key|no valid key found|unable to find/i, "unknown_key"],
  [/signature/i, "bad_signature"],
  [
    /at_hash|c_hash|missing required JWT property|unexpected JW[TE] |JWT \w+ claim must|failed to decode JWT|id_token not present/i,
    "bad_id_token",
  ],
  [/invalid_client/i, "client_refused"],
  [/invalid_grant/i, "code_refused"],
  [/must be configured on the issuer|only valid absolute URLs/i, "bad_discovery"],
  [/expected 200 OK, got: 5/i, "provider_failed"],
  [/expected 200 OK|HPE_|Unexpected (token|end|non-whitespace)|is not valid JSON|Expected .* in JSON/i, "bad_answer"],
];

/**
 * Why a provider's callback failed, from the error that NextAuth gave to its logger.
 * State, nonce and PKCE failures are `state_mismatch`; everything else is `provider_error` with a cause of ours.
 */
export function refusalFromProviderError(error: unknown): Refusal {
  const { message, code, providerError } = describe(error);
  // The cookies of the round trip are encrypted tokens: forged, garbled or expired they fail to open.
  if (code && /^ERR_(JWE|JWT)_/.test(code)) return { reason: "state_mismatch" };
  // A provider's own error may have any words in its description; only the checks made here speak of these.
  const ours = providerError === undefined;
  if (ours && /\bstate\b|\bnonce\b|code_verifier|PKCE/i.test(message)) return { reason: "state_mismatch" };
  const text = `${code ?? ""} ${providerError ?? ""} ${message}`;
  const cause = CAUSES.find(([pattern]) => pattern.test(text))?.[1];
  return { reason: "provider_error", ...(cause ? { cause } : {}), ...(providerError ? { providerError } : {}) };
}

/**
 * Why a provider sent the browser back without a code.
 * @param error the `error` parameter (RFC 6749, 4.1.2.1)
 * @param started whether this browser holds the state of a round trip that it began here
 */
export function refusalFromCallbackError(error: string, started: boolean): Refusal {
  if (!started) return { reason: "state_mismatch" };
  const providerError = codeOf(error);
  if (error === "access_denied") return { reason: "provider_denied", providerError };
  return { reason: "provider_error", ...(providerError ? { providerError } : {}) };
}

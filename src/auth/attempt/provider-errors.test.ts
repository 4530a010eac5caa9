/** Which reason and cause an error of the sign-in libraries stands for, by the error objects that they really make. */
import { createRequire } from "node:module";
import { errors } from "openid-client";
import { describe, expect, test } from "vitest";
import { refusalFromCallbackError, refusalFromProviderError } from "@/auth/attempt/provider-errors";

type Wrap = new (error: Error) => Error;
/** How NextAuth hands an error of its callback to the logger. The package does not export it. */
const { OAuthCallbackError } = createRequire(import.meta.url)("../../../node_modules/next-auth/core/errors.js") as {
  OAuthCallbackError: Wrap;
};

/** The error as it is, as NextAuth wraps it, and as the cause of another. */
function everyWrapping(error: Error): Error[] {
  return [error, new OAuthCallbackError(error), new Error("sign-in failed", { cause: error })];
}

/** What JSON.parse has to say of a text. */
function jsonError(text: string): Error {
  try {
    return new Error(`${JSON.parse(text)} is JSON`);
  } catch (error) {
    return error as Error;
  }
}

describe("a state mismatch", () => {
  test.each([
    // next-auth/core/lib/oauth/checks.js
    new TypeError("State cookie was missing."),
    new TypeError("State value could not be parsed."),
    new TypeError("PKCE code_verifier cookie was missing."),
    new TypeError("PKCE code_verifier value could not be parsed."),
    new TypeError("Nonce cookie was missing."),
    new TypeError("Nonce value could not be parsed."),
    ...["__Host-gatebook.state", "gatebook.pkce", "gatebook.nonce"].map(
      (name) =>
        new TypeError(`${name} cookie was created for a different provider than the one handling the callback.`),
    ),
    // openid-client/lib/client.js
    new TypeError("checks.state argument is missing"),
    new errors.RPError("state missing from the response"),
    new errors.RPError("state mismatch, expected %s, got: %s", "a", "b"),
    new errors.RPError("nonce mismatch, expected %s, got: %s", "a", undefined),
  ])("is $message", (error) => {
    for (const wrapped of everyWrapping(error)) {
      expect(refusalFromProviderError(wrapped)).toEqual({ reason: "state_mismatch" });
    }
  });
});

describe("a provider error", () => {
  test.each([
    ["provider_timeout", new errors.RPError("outgoing request timed out after 5000ms")],
    ["provider_timeout", Object.assign(new Error("connect ETIMEDOUT 10.0.0.7:443"), { code: "ETIMEDOUT" })],
    ["provider_unreachable", Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:443"), { code: "ECONNREFUSED" })],
    ["provider_unreachable", Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" })],
    ["provider_unreachable", Object.assign(new Error("getaddrinfo ENOTFOUND idp.test"), { code: "ENOTFOUND" })],
    ["provider_unreachable", Object.assign(new Error("connect ENETUNREACH"), { code: "ENETUNREACH" })],
    ["bad_certificate", Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" })],
    [
      "bad_certificate",
      Object.assign(new Error("unable to verify the first certificate"), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }),
    ],
    ["bad_certificate", Object.assign(new Error("wrong version number"), { code: "EPROTO" })],
    ["provider_unreachable", Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })],
    ["issuer_mismatch", new errors.RPError("iss mismatch, expected %s, got: %s", "a", "b")],
    ["issuer_mismatch", new errors.RPError("iss missing from the response")],
    ["issuer_mismatch", new errors.RPError("unexpected iss value, expected %s, got: %s", "a", "b")],
    ["audience_mismatch", new errors.RPError("aud mismatch, expected %s, got: %s", "a", "b")],
    ["audience_mismatch", new errors.RPError("azp mismatch, got: %s", "b")],
    ["token_expired", new errors.RPError("JWT expired, now %i, exp %i", 2, 1)],
    ["unknown_key", new errors.RPError("no valid key found in issuer's jwks_uri for key parameters %j", { kid: "x" })],
    ["bad_signature", new errors.RPError("failed to validate JWT signature")],
    ["bad_id_token", new errors.RPError("unexpected JWT alg received, expected %s, got: %s", "RS256", "none")],
    ["bad_id_token", new errors.RPError("missing required JWT property sub")],
    ["bad_id_token", new errors.RPError("failed to decode JWT (%s: %s)", "Error", "Invalid JWT")],
    ["bad_id_token", new errors.RPError("JWT exp claim must be a JSON numeric value")],
    ["bad_id_token", new TypeError("id_token not present in TokenSet")],
    ["token_not_yet_valid", new errors.RPError("JWT not active yet, now %i, nbf %i", 1, 2)],
    ["client_refused", new errors.OPError({ error: "invalid_client", error_description: "unknown client" })],
    ["code_refused", new errors.OPError({ error: "invalid_grant", error_description: "grant request is invalid" })],
    ["bad_discovery", new TypeError("token_endpoint must be configured on the issuer")],
    ["bad_discovery", new TypeError("only valid absolute URLs can be requested")],
    ["provider_failed", new errors.OPError({ error: "expected 200 OK, got: 502 Bad Gateway" })],
    ["bad_answer", new errors.OPError({ error: "expected 200 OK, got: 404 Not Found" })],
    ["bad_answer", new errors.OPError({ error: "expected 200 OK with body but no body was returned" })],
    ["bad_answer", Object.assign(new Error("Parse Error: Invalid header token"), { code: "HPE_INVALID_HEADER_TOKEN" })],
    ...["<h1>", "{", "", '{"a":1}b', "{a"].map((text): [string, Error] => ["bad_answer", jsonError(text)]),
    ["userinfo_failed", new Error("userinfo failed", { cause: new errors.RPError("outgoing request timed out") })],
    ["userinfo_failed", new errors.RPError("userinfo sub mismatch, expected %s, got: %s", "a", "b")],
  ])("with the cause %s is %s", (cause, error) => {
    for (const wrapped of everyWrapping(error)) {
      expect(refusalFromProviderError(wrapped)).toMatchObject({ reason: "provider_error", cause });
    }
  });

  test("without a known cause says so by its absence", () => {
    for (const error of [new Error("something new"), null, undefined, "text", 7]) {
      expect(refusalFromProviderError(error)).toEqual({ reason: "provider_error" });
    }
  });

  test("keeps the provider's own error code, and nothing of its text", () => {
    const error = new errors.OPError({
      error: "temporarily_unavailable",
      error_description: "alice@example.com hunter2",
      error_uri: "https://idp.example.com/hunter2",
    });
    expect(refusalFromProviderError(error)).toEqual({
      reason: "provider_error",
      providerError: "temporarily_unavailable",
    });
  });

  test.each(["Alice", "a b", "x".repeat(65), "", "invalid-grant", "a\nb", "<script>"])(
    "does not take %j for an error code",
    (code) => {
      const error = Object.assign(new Error("refused"), { error: code });
      expect(refusalFromProviderError(error)).toEqual({ reason: "provider_error" });
    },
  );

  test("whose causes go round in a circle is read all the same", () => {
    const [first, second] = [new Error("first"), new Error("aud mismatch")];
    first.cause = second;
    second.cause = first;
    expect(refusalFromProviderError(first)).toEqual({ reason: "provider_error", cause: "audience_mismatch" });
  });
});

describe("a browser sent back with an error", () => {
  test("was denied by the person or the provider", () => {
    expect(refusalFromCallbackError("access_denied", true)).toEqual({
      reason: "provider_denied",
      providerError: "access_denied",
    });
  });

  test.each(["server_error", "temporarily_unavailable", "login_required", "consent_required"])(
    "%s is the provider's fault, by its own code",
    (error) => {
      expect(refusalFromCallbackError(error, true)).toEqual({ reason: "provider_error", providerError: error });
    },
  );

  test.each(["<script>alert(1)</script>", "Access_Denied", "access_denied ", "x".repeat(5000), "a\u0000b"])(
    "%j is no code, so the row has none",
    (error) => {
      expect(refusalFromCallbackError(error, true)).toEqual({ reason: "provider_error" });
    },
  );

  test.each(["access_denied", "server_error", "anything"])(
    "%s without the state of a round trip that began here is a forgery, not a denial",
    (error) => {
      expect(refusalFromCallbackError(error, false)).toEqual({ reason: "state_mismatch" });
    },
  );
});

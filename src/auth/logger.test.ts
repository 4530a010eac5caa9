/** The library's logger is one for the whole process: it finds the attempt it speaks of, and notes only what counts. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Attempt, openAttempt, runInAttempt } from "@/auth/attempt/attempt";
import { authLogger } from "@/auth/logger";
import { SessionEnded, SessionUnavailable } from "@/auth/session-errors";

/** What the library tells the logger during an attempt. */
function told(code: string, metadata: Error | object, attempt: Attempt = openAttempt("openid")): Attempt {
  runInAttempt(attempt, () => authLogger.error?.(code, metadata as Error));
  return attempt;
}

const MISMATCH = new Error("state mismatch, expected a, got: b");

describe("an error of a provider's round trip", () => {
  test.each(["OAUTH_CALLBACK_ERROR", "SIGNIN_OAUTH_ERROR", "OAUTH_PARSE_PROFILE_ERROR"])(
    "(%s) is noted on the attempt, with the error bare or wrapped",
    (code) => {
      for (const metadata of [MISMATCH, { error: MISMATCH, providerId: "openid" }]) {
        const attempt = told(code, metadata);
        expect(attempt.refusal).toEqual({ reason: "state_mismatch" });
        expect(attempt.error).toBeNull();
      }
    },
  );

  test("does not replace the reason that was there first", () => {
    const attempt = openAttempt("openid");
    attempt.refusal = { reason: "provider_denied", providerError: "access_denied" };
    expect(told("OAUTH_CALLBACK_ERROR", MISMATCH, attempt).refusal?.reason).toBe("provider_denied");
  });

  test("outside any attempt is only logged", () => {
    expect(() => authLogger.error?.("OAUTH_CALLBACK_ERROR", MISMATCH)).not.toThrow();
  });
});

describe("what the library also calls an error", () => {
  test("a provider's own error in the address has been noted already: it is no unexpected error", () => {
    const attempt = told("OAUTH_CALLBACK_HANDLER_ERROR", { error: new Error("access_denied"), providerId: "openid" });
    expect(attempt).toMatchObject({ refusal: null, error: null });
  });

  test("a session that is over, or that nobody can check, or a cookie that cannot be read is no unexpected error", () => {
    for (const error of [new SessionEnded(), new SessionUnavailable(), new Error("decryption operation failed")]) {
      expect(told("JWT_SESSION_ERROR", error)).toMatchObject({ refusal: null, error: null });
    }
  });

  test("anything else is unexpected: the first one is kept for the report, and is no refusal by itself", () => {
    const [first, second] = [new Error("first"), new Error("second")];
    const attempt = told("OAUTH_CALLBACK_HANDLER_ERROR", first);
    told("SOMETHING_NEW", second, attempt);
    expect(attempt).toMatchObject({ refusal: null, error: first });
  });
});

test("an error in one of 64 interleaved attempts is noted on that one", async () => {
  const attempts = Array.from({ length: 64 }, () => openAttempt("openid"));
  await Promise.all(
    attempts.map((attempt, number) =>
      runInAttempt(attempt, async () => {
        await sleep(number % 7);
        if (number % 2 === 0) authLogger.error?.("OAUTH_CALLBACK_ERROR", MISMATCH);
        await sleep(number % 5);
      }),
    ),
  );
  expect(attempts.map(({ refusal }) => refusal !== null)).toEqual(attempts.map((_, number) => number % 2 === 0));
});

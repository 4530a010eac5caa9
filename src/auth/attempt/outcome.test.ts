/** What an attempt came to is read off the answer: only a token that was minted and a cookie that is set are a success. */
import { describe, expect, test } from "vitest";
import { type Attempt, openAttempt } from "@/auth/attempt/attempt";
import { type Answer, outcomeOf } from "@/auth/attempt/outcome";

const ORIGIN = "https://id.example.com";
const CALLBACK = { action: "callback", origin: ORIGIN } as const;
const SIGN_IN = { action: "signin", origin: ORIGIN } as const;

const attemptWith = (facts: Partial<Attempt>): Attempt => ({ ...openAttempt("openid"), ...facts });
const answerWith = (facts: Partial<Answer>): Answer => ({ status: 302, redirect: null, setsSession: false, ...facts });
const refused = (reason: string) => ({ kind: "refused", refusal: { reason } });
const MINTED = { passed: true, minted: { sessionId: "0199c5d2-1111-7abc-8def-000000000000" } };

describe("a success", () => {
  test("is an attempt that passed, had its token minted, and whose answer sets the cookie", () => {
    const answer = answerWith({ redirect: `${ORIGIN}/account`, setsSession: true });
    expect(outcomeOf(attemptWith(MINTED), answer, CALLBACK)).toEqual({
      kind: "minted",
      sessionId: MINTED.minted.sessionId,
    });
  });

  test("is not a token that never reached a cookie", () => {
    expect(outcomeOf(attemptWith(MINTED), answerWith({ redirect: ORIGIN }), CALLBACK)).toEqual(
      refused("token_mint_failed"),
    );
  });

  test("is not a cookie for which no token was minted here", () => {
    const answer = answerWith({ redirect: ORIGIN, setsSession: true });
    expect(outcomeOf(attemptWith({ passed: true }), answer, CALLBACK)).toEqual(refused("token_mint_failed"));
    expect(outcomeOf(attemptWith({}), answer, CALLBACK)).toEqual(refused("redirected_by_policy"));
    expect(outcomeOf(attemptWith({}), { ...answer, redirect: null, status: 200 }, CALLBACK)).toEqual(
      refused("internal_error"),
    );
  });

  test("is not an attempt that was refused, whatever the answer does", () => {
    const refusal = { reason: "provider_denied", providerError: "access_denied" } as const;
    const answer = answerWith({ redirect: ORIGIN, setsSession: true });
    expect(outcomeOf(attemptWith({ ...MINTED, refusal }), answer, CALLBACK)).toEqual({ kind: "refused", refusal });
  });
});

describe("a refusal that a gate, a provider or the logger noted", () => {
  test.each([CALLBACK, SIGN_IN])("is the outcome with all its details: $action", (arrival) => {
    const refusal = { reason: "wrong_password", gate: "credentials" } as const;
    for (const answer of [
      answerWith({ status: null }),
      answerWith({ status: 403, redirect: `${ORIGIN}/api/auth/error?error=AccessDenied` }),
      answerWith({ redirect: "https://idp.example.com/authorize" }),
      answerWith({ redirect: `${ORIGIN}/api/auth/signin?csrf=true` }),
    ]) {
      expect(outcomeOf(attemptWith({ refusal }), answer, arrival)).toEqual({ kind: "refused", refusal });
    }
  });
});

describe("a library that threw", () => {
  test("after the gates had passed has failed to mint the token", () => {
    expect(outcomeOf(attemptWith(MINTED), answerWith({ status: null }), CALLBACK)).toEqual(
      refused("token_mint_failed"),
    );
  });

  test("before that has failed inside", () => {
    expect(outcomeOf(attemptWith({}), answerWith({ status: null }), CALLBACK)).toEqual(refused("internal_error"));
  });
});

describe("an attempt that passed its gates and then met an error page", () => {
  test.each(["Callback", "Configuration", "OAuthCallback"])("of the library (%s) has no session", (error) => {
    const answer = answerWith({ redirect: `${ORIGIN}/api/auth/error?error=${error}` });
    expect(outcomeOf(attemptWith({ passed: true }), answer, CALLBACK)).toEqual(refused("token_mint_failed"));
  });
});

describe("a bad CSRF token, for which the library calls no hook at all,", () => {
  test.each([`${ORIGIN}/api/auth/signin?csrf=true`, "/api/auth/signin?csrf=true", `${ORIGIN}/sign-in?a=b&csrf=true`])(
    "is read off the redirect %s",
    (redirect) => {
      for (const arrival of [CALLBACK, SIGN_IN]) {
        expect(outcomeOf(attemptWith({}), answerWith({ redirect }), arrival)).toEqual(refused("csrf_rejected"));
      }
    },
  );

  test.each([`${ORIGIN}/x?csrf=false`, `${ORIGIN}/x?csrf=`, `${ORIGIN}/x?nocsrf=true`, `${ORIGIN}/x#csrf=true`])(
    "is not %s",
    (redirect) => {
      expect(outcomeOf(attemptWith({}), answerWith({ redirect }), CALLBACK)).toEqual(refused("redirected_by_policy"));
    },
  );
});

describe("a browser that is sent to another origin", () => {
  test("at the start of a round trip is on its way to the provider", () => {
    for (const redirect of [
      "https://idp.example.com/authorize?state=x",
      "http://localhost:3001/auth",
      "//idp.example",
    ]) {
      expect(outcomeOf(attemptWith({}), answerWith({ redirect }), SIGN_IN)).toEqual({ kind: "under_way" });
    }
  });

  test("at the end of one was turned away by a policy", () => {
    const answer = answerWith({ redirect: "https://intranet.example.com/no-access" });
    expect(outcomeOf(attemptWith({}), answer, CALLBACK)).toEqual(refused("redirected_by_policy"));
  });

  test("which is only another port or scheme of ours, has left too", () => {
    for (const redirect of ["https://id.example.com:8443/", "http://id.example.com/"]) {
      expect(outcomeOf(attemptWith({}), answerWith({ redirect }), SIGN_IN)).toEqual({ kind: "under_way" });
    }
  });
});

describe("a redirect on this origin without a reason noted", () => {
  test.each([SIGN_IN, CALLBACK])("and without an error was a policy's: $action", (arrival) => {
    for (const redirect of ["/somewhere", `${ORIGIN}/terms`, `${ORIGIN}`]) {
      expect(outcomeOf(attemptWith({}), answerWith({ redirect }), arrival)).toEqual(refused("redirected_by_policy"));
    }
  });

  test.each([SIGN_IN, CALLBACK])("and with an error is a failure inside: $action", (arrival) => {
    for (const redirect of [`${ORIGIN}/api/auth/error?error=Callback`, "/sign-in?error=Configuration", "/x?error="]) {
      expect(outcomeOf(attemptWith({}), answerWith({ redirect }), arrival)).toEqual(refused("internal_error"));
    }
  });

  test("that is no address at all is never a success and never under way", () => {
    for (const arrival of [SIGN_IN, CALLBACK]) {
      expect(outcomeOf(attemptWith({}), answerWith({ redirect: "http://[" }), arrival).kind).toBe("refused");
    }
  });
});

describe("an answer that sends the browser nowhere", () => {
  test.each([
    [400, "provider_not_allowed"],
    [200, "internal_error"],
    [401, "internal_error"],
    [500, "internal_error"],
  ])("with status %i is %s", (status, reason) => {
    expect(outcomeOf(attemptWith({}), answerWith({ status }), CALLBACK)).toEqual(refused(reason));
  });
});

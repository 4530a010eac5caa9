/** Each attempt reads as one sentence that says what really happened. */
import { describe, expect, test } from "vitest";
import { type AttemptFacts, attemptSentence } from "@/app/_words/attempts";
import { failureReasons } from "@/audit/reasons";

const FACTS: AttemptFacts = {
  status: "success",
  failureReason: null,
  authMethod: "password",
  provider: "credentials",
  secondFactor: null,
  email: "owner@acme.test",
  claimedEmail: "owner@acme.test",
  ip: "203.0.113.7",
};
const failure = (failureReason: string, more: Partial<AttemptFacts> = {}) =>
  attemptSentence({ ...FACTS, status: "failure", failureReason, ...more });

describe("a success", () => {
  test.each([
    [{}, "owner@acme.test signed in with a password, from 203.0.113.7."],
    [
      { secondFactor: "totp" },
      "owner@acme.test signed in with a password, then an authenticator code, from 203.0.113.7.",
    ],
    [
      { authMethod: "email_verification", provider: "token" },
      "owner@acme.test signed in with a link from their email, from 203.0.113.7.",
    ],
    [{ authMethod: "sso", provider: "github" }, "owner@acme.test signed in with GitHub, from 203.0.113.7."],
    [{ ip: null }, "owner@acme.test signed in with a password, from an unknown address."],
  ] as [Partial<AttemptFacts>, string][])("%j", (facts, sentence) => {
    expect(attemptSentence({ ...FACTS, ...facts })).toBe(sentence);
  });
});

describe("a failure", () => {
  test("says what was tried, and that nobody was signed in", () => {
    expect(failure("wrong_password")).toBe(
      "Someone typed owner@acme.test and a wrong password from 203.0.113.7. Nobody was signed in.",
    );
    expect(failure("unknown_user", { email: null, claimedEmail: "ghost@acme.test" })).toBe(
      "Someone typed ghost@acme.test, which has no account here, from 203.0.113.7. Nobody was signed in.",
    );
    expect(failure("provider_denied", { authMethod: "sso", provider: "google" })).toBe(
      "Someone cancelled at Google from 203.0.113.7. Nobody was signed in.",
    );
    expect(failure("redirected_by_policy")).toBe(
      "owner@acme.test chose password from 203.0.113.7; their organization requires another, so they were redirected. No session was made.",
    );
  });

  test.each([...failureReasons, "a_reason_of_tomorrow"])("by %s never claims that somebody got in", (reason) => {
    const sentence = failure(reason, { email: null, claimedEmail: null });
    expect(sentence).toMatch(/Nobody was signed in\.$|No session was made\.$/);
    expect(sentence).not.toContain("null");
  });
});

/** Every problem has words, and says what to do; those with values show them. */
import { expect, test } from "vitest";
import { durationWords, problemWords } from "@/app/_words/connection-tests";
import { problems } from "@/auth/connection-test/result";
import { connectionKinds } from "@/directory/connections";

const callbackUrl = "https://id.example.com/api/auth/callback/openid";

test("every problem of every kind says what is wrong and where it is mended, in whole sentences", () => {
  for (const kind of connectionKinds) {
    for (const problem of problems) {
      for (const values of [{}, { expected: "A", found: "B" }]) {
        const { wrong, mend } = problemWords(problem, { kind, callbackUrl, ...values });
        expect([problem, wrong]).toEqual([problem, expect.stringMatching(/^[A-Z].*[.]$/)]);
        expect([problem, mend]).toEqual([problem, expect.stringMatching(/^[A-Z].*[.]$/)]);
        expect(`${wrong} ${mend}`).not.toMatch(/undefined|null/);
      }
    }
  }
});

test("what was expected and what was found is shown", () => {
  const words = problemWords("callback_refused", { kind: "openid", callbackUrl, expected: callbackUrl });
  expect(words.mend).toMatch(`Expected ${callbackUrl}; the provider has another.`);
  const issuer = { kind: "openid", callbackUrl, expected: "https://a.example", found: "https://b.example" };
  expect(problemWords("issuer_mismatch", issuer).mend).toMatch(
    "Expected https://a.example; the provider says https://b.example.",
  );
  expect(problemWords("clock_skew", { kind: "openid", callbackUrl, found: "90 s ahead of" }).wrong).toBe(
    "The provider's clock is 90 s ahead of this server's.",
  );
});

test.each([
  [45, "45 s"],
  [120, "2 min"],
  [3599, "60 min"],
  [7200, "2 h"],
])("%i seconds are %s", (seconds, words) => expect(durationWords(seconds)).toBe(words));

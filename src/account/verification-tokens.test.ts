/** The token of an emailed link: 256 random bits, and only its digest is ever stored. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { newVerificationToken, SIGN_IN_TOKEN_MINUTES, tokenDigest } from "@/account/verification-tokens";

describe("a new token", () => {
  test("has 256 bits in a form that fits a link", () => {
    const { token } = newVerificationToken();
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
  });

  test("is found again by the SHA-256 of its text", () => {
    const { token, digest } = newVerificationToken();
    expect(digest).toEqual(createHash("sha256").update(token).digest());
    expect(tokenDigest(token)).toEqual(digest);
  });

  test("is like no other, and spread over all of its characters", () => {
    const made = Array.from({ length: 2000 }, () => newVerificationToken().token);
    expect(new Set(made).size).toBe(2000);
    for (let place = 0; place < 42; place += 1) {
      expect(new Set(made.map((token) => token[place])).size).toBeGreaterThan(50);
    }
  });

  test("lives for a quarter of an hour", () => {
    expect(SIGN_IN_TOKEN_MINUTES).toBe(15);
  });
});

test.each([
  "",
  "x",
  "a".repeat(42),
  "a".repeat(44),
  `${"a".repeat(42)}=`,
  `${"a".repeat(42)}+`,
  `${"a".repeat(42)} `,
  `${"a".repeat(43)}\n`,
  `\n${"a".repeat(43)}`,
  `${"a".repeat(42)}\u0000`,
  "ä".repeat(43),
  "a".repeat(100_000),
  "' or true --",
])("%j cannot be a token, so the database is not even asked", (text) => {
  expect(tokenDigest(text)).toBeNull();
});

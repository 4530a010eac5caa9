/** What is taken from a provider's answer, and when an access token counts as expired. */
import { describe, expect, test } from "vitest";
import { hasExpired, readProviderTokens } from "@/account/provider-tokens";

describe("a provider's answer", () => {
  test("is read as tokens and the second at which they end", () => {
    const answer = {
      access_token: "a",
      refresh_token: "r",
      expires_at: 1_800_000_000,
      token_type: "Bearer",
      id_token: "i",
    };
    const expiresAt = new Date("2027-01-15T08:00:00Z");
    expect(readProviderTokens(answer)).toEqual({ accessToken: "a", refreshToken: "r", expiresAt });
    expect(readProviderTokens({ access_token: "a" })).toEqual({
      accessToken: "a",
      refreshToken: null,
      expiresAt: null,
    });
  });

  test.each([
    [undefined],
    [{}],
    [{ access_token: "" }],
    [{ access_token: 7 }],
    [{ access_token: "a b" }],
    [{ access_token: "a\r\nx-admin: 1" }],
    [{ access_token: "ü" }],
    [{ access_token: "a".repeat(16 * 1024 + 1) }],
    [{ access_token: "a", token_type: "DPoP" }],
    [{ access_token: "a", token_type: "mac" }],
  ])("%j holds nothing that a Bearer header could carry", (answer) => {
    expect(readProviderTokens(answer)).toBeNull();
  });

  test.each([
    { refresh_token: 7 },
    { refresh_token: "" },
    { refresh_token: "a\u0000" },
    { refresh_token: "a".repeat(16 * 1024 + 1) },
    { expires_at: "soon" },
    { expires_at: Number.NaN },
    { expires_at: 1e300 },
    { expires_at: -1 },
  ])("with %j is used without that", (odd) => {
    expect(readProviderTokens({ access_token: "a", ...odd })).toMatchObject({ refreshToken: null, expiresAt: null });
  });
});

describe("an access token", () => {
  const obtainedAt = new Date("2026-03-04T12:00:00Z");
  const later = (seconds: number) => new Date(obtainedAt.getTime() + seconds * 1000);

  test.each([
    [3600, 3569, false],
    [3600, 3570, true],
    [3600, 4000, true],
    [300, 269, false],
    [300, 270, true],
    // A tenth of a short life: it would else be expired when it is new, and refreshed by every call.
    [20, 0, false],
    [20, 17.9, false],
    [20, 18, true],
    [2, 1.7, false],
    [2, 1.8, true],
    [0, 0, true],
    [-60, 0, true],
  ])("that lives %i s is expired after %i s: %s", (life, age, expired) => {
    expect(hasExpired({ obtainedAt, expiresAt: later(life) }, later(age))).toBe(expired);
  });

  test("whose provider does not say when it ends does not end", () => {
    expect(hasExpired({ obtainedAt, expiresAt: null }, later(1e9))).toBe(false);
  });
});

/** A form counts only with the token of its own cookie, and only where this server made it. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { csrfMatches, csrfTokenOf, newCsrfCookie } from "@/auth/csrf";

const SECRET = "a secret for tests only, long enough to pass";
const cookie = newCsrfCookie(SECRET);
const [token = "", signature = ""] = cookie.split("|");

describe("a token of ours", () => {
  test("has 256 random bits, and no two are alike", () => {
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(Array.from({ length: 1000 }, () => newCsrfCookie(SECRET))).size).toBe(1000);
  });

  test("is read from its cookie and matches in its form", () => {
    expect(csrfTokenOf(cookie, SECRET)).toBe(token);
    expect(csrfMatches(cookie, token, SECRET)).toBe(true);
  });

  test("is accepted by NextAuth, whose endpoints share it", () => {
    type Create = (params: object) => { csrfTokenVerified?: boolean; csrfToken: string; cookie?: string };
    const { createCSRFToken } = createRequire(import.meta.url)(
      "../../node_modules/next-auth/core/lib/csrf-token.js",
    ) as { createCSRFToken: Create };
    const options = { secret: SECRET };
    expect(createCSRFToken({ options, cookieValue: cookie, isPost: true, bodyValue: token })).toEqual({
      csrfTokenVerified: true,
      csrfToken: token,
    });
    const theirs = createCSRFToken({ options, isPost: false });
    expect(csrfTokenOf(theirs.cookie, SECRET)).toBe(theirs.csrfToken);
  });
});

describe("a cookie that this server did not sign holds no token", () => {
  const bare = createHash("sha256").update(token).digest("hex");
  test.each([
    ["none", undefined],
    ["an empty one", ""],
    ["a token alone", token],
    ["a token with an empty signature", `${token}|`],
    ["a signature alone", `|${signature}`],
    ["a signature of the empty token", `|${createHash("sha256").update(SECRET).digest("hex")}`],
    ["a hash without the secret", `${token}|${bare}`],
    ["a shortened signature", `${token}|${signature.slice(0, -1)}`],
    ["a lengthened signature", `${token}|${signature}0`],
    ["an upper-case signature", `${token}|${signature.toUpperCase()}`],
    ["another token", `${"0".repeat(64)}|${signature}`],
    ["a still encoded bar", `${token}%7C${signature}`],
    ["quotes", `"${cookie}"`],
    ["multi-byte text of the right length", `${token}|${"ü".repeat(32)}`],
  ])("%s", (_, given) => {
    expect(csrfTokenOf(given, SECRET)).toBeNull();
    expect(csrfMatches(given, token, SECRET)).toBe(false);
  });

  test("one of another secret", () => {
    expect(csrfTokenOf(newCsrfCookie("another secret, just as long as the real one"), SECRET)).toBeNull();
  });
});

test.each([
  ["no token", undefined],
  ["an empty token", ""],
  ["a part of the token", token.slice(0, 63)],
  ["the token and more", `${token}0`],
  ["the whole cookie", cookie],
  ["the token in upper case", token.toUpperCase()],
  ["multi-byte text of the same length", "ü".repeat(32)],
  ["the token of another cookie", newCsrfCookie(SECRET).split("|")[0]],
])("a form with %s does not match", (_, formToken) => {
  expect(csrfMatches(cookie, formToken, SECRET)).toBe(false);
});

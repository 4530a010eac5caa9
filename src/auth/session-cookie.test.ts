/** The session's cookie as our own answers set it: what NextAuth would have set. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { sessionCookie } from "@/auth/session-cookie";
import { decodeSessionToken } from "@/auth/session-token";

const SID = "0199c5d2-1111-7abc-8def-000000000000";
const SECRET = "a secret for tests only, long enough to pass";

afterEach(() => vi.resetModules());

async function cookieOf(origin: string, expiresAt: Date): Promise<[token: string, rest: string]> {
  vi.stubEnv("NEXTAUTH_URL", origin);
  vi.resetModules();
  const fresh = (await import("@/auth/session-cookie")) as { sessionCookie: typeof sessionCookie };
  const cookie = await fresh.sessionCookie(SID, expiresAt);
  const [, name, token, rest] = /^([^=]+)=([^;]+); (.*)$/.exec(cookie) ?? [];
  expect(name).toBe(origin.startsWith("https:") ? "__Host-gatebook.session" : "gatebook.session");
  return [token ?? "", rest ?? ""];
}

describe("the cookie", () => {
  const expiresAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 3600_000);

  test("has the flags that NextAuth gives it, on http and on https", async () => {
    const [, plain] = await cookieOf("http://localhost:3000", expiresAt);
    expect(plain).toBe(`Path=/; Expires=${expiresAt.toUTCString()}; HttpOnly; SameSite=Lax`);
    const [, secure] = await cookieOf("https://id.example.com", expiresAt);
    expect(secure).toBe(`Path=/; Expires=${expiresAt.toUTCString()}; HttpOnly; Secure; SameSite=Lax`);
  });

  test("holds a token that names the session, nothing else, and ends with it", async () => {
    const [token] = await cookieOf("http://localhost:3000", expiresAt);
    const { exp, iat, jti, ...claims } = await decodeSessionToken(token, SECRET);
    expect(claims).toEqual({ sid: SID });
    expect([typeof iat, typeof jti]).toEqual(["number", "string"]);
    expect(Math.abs(Number(exp) * 1000 - expiresAt.getTime())).toBeLessThanOrEqual(1000);
  });
});

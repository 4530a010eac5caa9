/** NextAuth, asked with plain objects, answers as it does to requests: status, where to, cookies, JSON. */
import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { beforeAll, expect, test, vi } from "vitest";
import { cookieNames, nextAuthCookies } from "@/auth/cookies";
import { newCsrfCookie } from "@/auth/csrf";
import { askNextAuth } from "@/auth/http/next-auth.server";

const SECRET = "a secret for tests only, long enough to pass";
const options = (): NextAuthOptions => ({
  secret: SECRET,
  cookies: nextAuthCookies(false),
  pages: { signIn: "/sign-in" },
  session: { strategy: "jwt" },
  providers: [
    CredentialsProvider({
      credentials: { password: {} },
      authorize: (form) => (form?.password === "right" ? { id: "somebody" } : null),
    }),
  ],
  logger: { error() {}, warn() {}, debug() {} },
});
beforeAll(() => {
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000");
});

const { csrf, session } = cookieNames(false);
const csrfCookie = newCsrfCookie(SECRET);
const signIn = (fields: Record<string, string>) =>
  askNextAuth(
    {
      method: "POST",
      query: {},
      body: { csrfToken: csrfCookie.split("|")[0] ?? "", callbackUrl: "http://localhost:3000/account", ...fields },
      cookies: { [csrf]: csrfCookie },
    },
    ["callback", "credentials"],
    options(),
  );
const sets = (response: Response) => response.headers.getSetCookie().map((cookie) => cookie.split("=")[0]);

test("a form is sent on, with a session", async () => {
  const { response, redirect } = await signIn({ password: "right" });
  expect([response.status, response.headers.get("location"), redirect]).toEqual([
    302,
    "http://localhost:3000/account",
    "http://localhost:3000/account",
  ]);
  expect(sets(response)).toContain(session);
});

test("a script is told where, with a session", async () => {
  const { response, redirect } = await signIn({ password: "right", json: "true" });
  expect([response.status, response.headers.get("location"), redirect]).toEqual([
    200,
    null,
    "http://localhost:3000/account",
  ]);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toEqual({ url: "http://localhost:3000/account" });
  expect(sets(response)).toContain(session);
});

test("who is refused gets no session", async () => {
  const { response, redirect } = await signIn({ password: "wrong", json: "true" });
  expect(response.status).toBe(401);
  expect(redirect).toContain("error=CredentialsSignin");
  expect(sets(response)).not.toContain(session);
});

test("a read is JSON, with the headers and cookies that NextAuth gave it", async () => {
  const asked = { method: "GET", query: {}, body: undefined, cookies: {} };
  const { response, redirect } = await askNextAuth(asked, ["csrf"], options());
  expect([response.status, redirect]).toEqual([200, null]);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("cache-control")).toContain("no-store");
  expect(await response.json()).toEqual({ csrfToken: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(sets(response)).toContain(csrf);
  expect(await (await askNextAuth(asked, ["session"], options())).response.json()).toEqual({});
});

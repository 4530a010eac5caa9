/** Inputs that once got through: redirects off this origin, cookies that broke sessions, secrets that were not masked. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { NextRequest } from "next/server";
import { decode, encode } from "next-auth/jwt";
import { errors } from "openid-client";
import { describe, expect, test } from "vitest";
import { signInFilter } from "@/audit/history";
import { refusalFromProviderError } from "@/auth/attempt/provider-errors";
import { cookieNames, nextAuthCookies, sanitizeCookieHeader, sessionTokens } from "@/auth/cookies";
import { flashCookie } from "@/auth/http/answers.server";
import { cleanRequest } from "@/auth/http/form.server";
import { safeRedirect, safeReturnPath } from "@/auth/redirects";
import { firstThatOpens } from "@/auth/session-token";
import { newId } from "@/platform/ids";
import { maskText } from "@/platform/mask";

const require = createRequire(import.meta.url);
// NextAuth's own core, by its file: its package does not export it.
const nextAuth = join(dirname(require.resolve("next-auth")), "core");
const { AuthHandler } = require(join(nextAuth, "index.js"));
const { OAuthCallbackError } = require(join(nextAuth, "errors.js"));
const ORIGIN = "http://localhost:3000";
const SECRET = "a secret for tests only, long enough to pass";

async function readSession(header: string) {
  const cookie = sanitizeCookieHeader(header, cookieNames(false), ORIGIN);
  const parsed = new NextRequest(ORIGIN, { headers: { cookie } }).cookies.getAll();
  const answer = await AuthHandler({
    req: {
      action: "session",
      method: "GET",
      cookies: Object.fromEntries(parsed.map(({ name, value }) => [name, value])),
      headers: {},
    },
    options: {
      secret: SECRET,
      cookies: nextAuthCookies(false),
      providers: [],
      session: { strategy: "jwt" },
      logger: { error() {}, warn() {}, debug() {} },
    },
  });
  return { status: answer.status ?? 200, signedIn: !!answer.body && Object.keys(answer.body).length > 0 };
}

describe("redirects", () => {
  test.each([
    "/..//evil.example",
    "/.//evil.example",
    "/%2e%2e//evil.example",
    "https://id.example.com//evil.example",
    "/a/..//evil.example",
  ])("%s stays on this origin as a path", (r) => {
    const path = safeReturnPath(r, "https://id.example.com");
    expect(new URL(path, "https://id.example.com").origin).toBe("https://id.example.com");
  });
  test("a blob address is no address of ours", () => {
    expect(safeRedirect("blob:https://id.example.com/x", "https://id.example.com")).toBe("https://id.example.com/");
  });
  test("a blob address in the query is replaced", () => {
    const r = cleanRequest(
      new NextRequest(`${ORIGIN}/api/auth/session?callbackUrl=blob:${ORIGIN}/x`),
      { fields: {}, tooLarge: false },
      ORIGIN,
    );
    expect(r.query.callbackUrl).toBe(`${ORIGIN}/`);
  });
});

describe("cookies", () => {
  test.each(["garbage", "?x", "%20", '"/account"', `blob:${ORIGIN}/x`, "a%3Ab"])("callback-url=%s", async (value) => {
    const session = await encode({ token: { sid: "x" }, secret: SECRET });
    expect(await readSession(`gatebook.callback-url=${value}; gatebook.session=${session}`)).toEqual({
      status: 200,
      signedIn: true,
    });
  });
  test("a forged token before the real one: the one that opens counts", async () => {
    const session = await encode({ token: { sid: newId() }, secret: SECRET });
    const header = `gatebook.session=aa.a.b.c.d; gatebook.session=${session}`;
    const ours = await firstThatOpens(sessionTokens(header, cookieNames(false)), SECRET);
    expect(sanitizeCookieHeader(header, cookieNames(false), ORIGIN, ours)).toBe(`gatebook.session=${session}`);
  });
  test.each(["\u00a0", "\ufeff", "\u000b", "\u2000"])("prefix bypass by white space %j", (space) => {
    const csrf = `${"a".repeat(64)}|${"b".repeat(64)}`;
    const out = sanitizeCookieHeader(
      `x=1; ${space}__Host-gatebook.csrf=${csrf}`,
      cookieNames(true),
      "https://id.example.com",
    );
    expect(out.split("; ").some((c) => c.startsWith("__Host-gatebook.csrf="))).toBe(false);
  });
});

test.each(["\ud800", `${"a".repeat(319)}😀`])("flash cookie of %j", (email) => {
  expect(() => flashCookie(email)).not.toThrow();
});

describe("provider errors", () => {
  test("a forged, garbled or expired state cookie", async () => {
    const tokens = [
      await encode({ token: {}, secret: "other" }),
      "a.b.c.d.e",
      await encode({ token: {}, secret: SECRET, maxAge: -100 }),
    ];
    for (const token of tokens) {
      const error = await decode({ token, secret: SECRET }).catch((thrown: unknown) => thrown);
      expect(refusalFromProviderError(new OAuthCallbackError(error))).toMatchObject({ reason: "state_mismatch" });
    }
  });
  test("the provider's own code survives NextAuth's wrapping", () => {
    expect(
      refusalFromProviderError(new OAuthCallbackError(new errors.OPError({ error: "invalid_grant" }))),
    ).toMatchObject({ providerError: "invalid_grant" });
  });
  test("a provider's free text cannot turn its error into a state mismatch", () => {
    expect(
      refusalFromProviderError(
        new errors.OPError({ error: "server_error", error_description: "the state of your account" }),
      ).reason,
    ).toBe("provider_error");
  });
  test("a list of audiences without ours", () => {
    expect(
      refusalFromProviderError(new errors.RPError('aud is missing the client_id, expected x to be included in ["y"]')),
    ).toMatchObject({ cause: "audience_mismatch" });
  });
});

test.each([
  "newPassword=hunter2",
  '{"newPassword":"hunter2"}',
  "totpCode: hunter2",
  "csrfToken=hunter2",
  "session_token=hunter2",
  "sessionToken: hunter2",
  'password: "correct hunter2 staple"',
  '{"password":"correct hunter2"}',
  "postgres://user:p@ss/hunter2@db:5432/x",
  "cookie: theme=dark; gatebook.csrf=hunter2",
  "backupCode=hunter2",
  "NEXTAUTH_SECRET=hunter2",
  "https://id.example.com/?next=%2F%3Ftoken%3Dhunter2",
])("the secret in %s is masked", (text) => {
  expect(maskText(text)).not.toContain("hunter2");
});

test.each([
  { ip: "::1/64/64" },
  { ip: "::1/08" },
  { email: "a\0" },
  { requestId: "a\0" },
  { provider: "a\0" },
  { from: new Date(-8.64e15) },
])("filter refuses %j", (filter) => {
  expect(signInFilter.safeParse(filter).success).toBe(false);
});

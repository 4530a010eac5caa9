/** Cookies from hell: whatever else a browser sends, a valid session stays valid and the sign-in library never fails. */
import { createRequire } from "node:module";
import { NextRequest } from "next/server";
import type { NextAuthOptions } from "next-auth";
import { encode } from "next-auth/jwt";
import { beforeAll, describe, expect, test } from "vitest";
import { cookieNames, nextAuthCookies, sanitizeCookieHeader } from "@/auth/cookies";
import { newCsrfCookie } from "@/auth/csrf";

const ORIGIN = "http://localhost:3000";
const SECRET = "a secret for tests only, long enough to pass";
const PLAIN = cookieNames(false);
const HOST = cookieNames(true);

type Handler = (params: {
  req: { action: string; method: string; cookies: Record<string, string>; headers: Record<string, string> };
  options: NextAuthOptions;
}) => Promise<{ status?: number; body?: unknown; cookies?: { name: string; value: string }[] }>;
/** What `getServerSession` and the route call. The package does not export it. */
const { AuthHandler } = createRequire(import.meta.url)("../../node_modules/next-auth/core/index.js") as {
  AuthHandler: Handler;
};

/** Reads a cookie header as the server does: our filter, then Next's parser, then NextAuth. */
async function readSession(header: string): Promise<{ status: number; signedIn: boolean; cleared: string[] }> {
  const cookie = sanitizeCookieHeader(header, PLAIN, ORIGIN);
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
  return {
    status: answer.status ?? 200,
    signedIn: answer.body !== null && typeof answer.body === "object" && Object.keys(answer.body).length > 0,
    cleared: (answer.cookies ?? []).filter(({ value }) => value === "").map(({ name }) => name),
  };
}

let session: string;
beforeAll(async () => {
  session = await encode({ token: { sid: "0199c5d2-1111-7abc-8def-000000000000" }, secret: SECRET });
});

const JWE_SHAPED = "eyJhbGciOiJkaXIifQ.a.b.c.d";

const HELL: [string, string][] = [
  ["nothing else", ""],
  ["a malformed percent escape", "theme=%E0%A4%A; a=%; b=%zz"],
  ["a malformed percent escape in the callback URL", "gatebook.callback-url=%E0%A4%A"],
  ["a foreign callback URL", "gatebook.callback-url=https%3A%2F%2Fevil.example"],
  ["a foreign callback URL, plain", "gatebook.callback-url=https://evil.example/x"],
  ["a protocol-relative callback URL", "gatebook.callback-url=//evil.example"],
  ["a script as callback URL", "gatebook.callback-url=javascript:alert(1)"],
  ["a data URL as callback URL", "gatebook.callback-url=data:text/html,x"],
  ["a callback URL that is no URL", "gatebook.callback-url=http://[::1"],
  ["an empty callback URL", "gatebook.callback-url="],
  ["a callback URL of ours", "gatebook.callback-url=http%3A%2F%2Flocalhost%3A3000%2Faccount"],
  ["a path as callback URL", "gatebook.callback-url=%2Faccount"],
  ["a CSRF cookie without a signature", "gatebook.csrf=abc"],
  ["an empty CSRF cookie", "gatebook.csrf="],
  ["a CSRF cookie of another make", `gatebook.csrf=${"g".repeat(64)}%7C${"g".repeat(64)}`],
  ["a first chunk of the session", "gatebook.session.0=garbage"],
  ["many chunks of the session", Array.from({ length: 40 }, (_, i) => `gatebook.session.${i}=x`).join("; ")],
  ["a chunk that looks like a token", `gatebook.session.1=${JWE_SHAPED}`],
  ["a cookie whose name begins with the session's", "gatebook.sessionX=garbage; gatebook.session-old=y"],
  ["such a cookie that looks like a token", `gatebook.sessionX=${JWE_SHAPED}`],
  ["a malformed second copy of the session", "gatebook.session=garbage"],
  ["an empty second copy of the session", "gatebook.session="],
  ["a second copy without a value", "gatebook.session"],
  ["a quoted piece of garbage as the session", 'gatebook.session="garbage"'],
  ["four dots as the session", "gatebook.session=....; gatebook.session=a.b"],
  ["an unterminated quote", 'theme="dark'],
  ["16 KB of garbage in one cookie", `junk=${"x".repeat(16_384)}`],
  ["16 KB of garbage as a session chunk", `gatebook.session.0=${"x".repeat(16_384)}`],
  ["16 KB of garbage as the session", `gatebook.session=${"x".repeat(16_384)}`],
  ["16 KB of semicolons", ";".repeat(16_384)],
  ["2,000 cookies", Array.from({ length: 2000 }, (_, i) => `c${i}=${i}`).join("; ")],
  ["names and values missing", "=; =x; ;;  ; =gatebook.session; ="],
  ["names of the prototype", "__proto__=x; constructor=y; toString=z; hasOwnProperty=1"],
  ["malformed state, PKCE and nonce", "gatebook.state=x; gatebook.pkce=%; gatebook.nonce=a.b.c"],
  ["a forged state", `gatebook.state=${JWE_SHAPED}; gatebook.pkce=${JWE_SHAPED}; gatebook.nonce=${JWE_SHAPED}`],
  ["control characters", "a=\u0001\u007F; b=\u00FF\u00FE"],
  ["the session of another product", "next-auth.session-token=x; __Secure-next-auth.session-token=y"],
];

describe("a valid session survives", () => {
  test.each(HELL)("%s, sent before it and after it", async (_, junk) => {
    const good = `gatebook.session=${session}`;
    for (const header of [`${junk}; ${good}`, `${good}; ${junk}`, `${junk};${good};${junk}`]) {
      expect(await readSession(header)).toEqual({ status: 200, signedIn: true, cleared: [] });
    }
  });

  test("all of it at once", async () => {
    const junk = HELL.map(([, cookies]) => cookies).join("; ");
    expect(await readSession(`${junk}; gatebook.session=${session}; ${junk}`)).toEqual({
      status: 200,
      signedIn: true,
      cleared: [],
    });
  });
});

test.each(HELL)("without a session, %s is nobody's session and no failure", async (_, junk) => {
  expect(await readSession(junk)).toMatchObject({ status: 200, signedIn: false });
});

test("a forged token of the right shape is nobody's session and no failure", async () => {
  expect(await readSession(`gatebook.session=${JWE_SHAPED}`)).toMatchObject({ status: 200, signedIn: false });
  const foreign = await encode({ token: { sid: "x" }, secret: "another secret, just as long as the real one" });
  expect(await readSession(`gatebook.session=${foreign}`)).toMatchObject({ status: 200, signedIn: false });
});

describe("the filter", () => {
  const clean = (header: string) => sanitizeCookieHeader(header, PLAIN, ORIGIN);

  test("keeps every cookie that is none of ours, with its value untouched and in its order", () => {
    expect(clean('b=2; a=1; q="x y"; e=%20%C3%BC; empty=')).toBe('b=2; a=1; q="x y"; e=%20%C3%BC; empty=');
  });

  test("drops a cookie whose value cannot be decoded: whoever decodes it later would fail", () => {
    expect(clean("a=%; b=%E0%A4%A; gatebook.csrf=%zz; c=1; theme=%2")).toBe("c=1");
  });

  test("keeps our own well-formed cookies", () => {
    const csrf = encodeURIComponent(newCsrfCookie(SECRET));
    const header = `gatebook.csrf=${csrf}; gatebook.session=${session}; gatebook.sign-in=a%40b.test; gatebook.theme=dark; gatebook.callback-url=%2Faccount; gatebook.state=${session}`;
    expect(clean(header)).toBe(header);
  });

  test("keeps the first of two cookies of one name, whatever their order says of their paths", () => {
    expect(clean("a=1; a=2; b=3; a=4")).toBe("a=1; b=3");
    expect(clean(`gatebook.session=garbage; gatebook.session=${session}`)).toBe(`gatebook.session=${session}`);
  });

  test("tells the cookies of https from those of http, so that a cookie without the prefix is not one of ours", () => {
    const header = `__Host-gatebook.session=${session}; __Host-gatebook.session.0=x; gatebook.session.0=y`;
    expect(sanitizeCookieHeader(header, HOST, "https://id.example.com")).toBe(
      `__Host-gatebook.session=${session}; gatebook.session.0=y`,
    );
  });

  test("drops a callback URL of another scheme, host or port", () => {
    const names = HOST;
    for (const url of ["http://id.example.com/", "https://id.example.com:8443/", "https://id.example.com.evil.test/"]) {
      const header = `__Host-gatebook.callback-url=${encodeURIComponent(url)}`;
      expect(sanitizeCookieHeader(header, names, "https://id.example.com")).toBe("");
    }
  });

  test("takes the time of one pass over 32 KB, whatever they hold", () => {
    for (const unit of ["gatebook.session=", 'a="', "a=%", ";", "=", "gatebook.session=a.", "a;"]) {
      const header = unit.repeat(Math.ceil(32_768 / unit.length));
      const started = performance.now();
      clean(header);
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });
});

describe("the names and flags of our cookies", () => {
  test("on https are bound to this host: prefix, Secure, path / and no domain", () => {
    const { theme, ...bound } = HOST;
    expect(theme).toBe("gatebook.theme");
    for (const name of Object.values(bound)) expect(name).toMatch(/^__Host-gatebook\./);
    for (const cookie of Object.values(nextAuthCookies(true))) {
      expect(cookie.options).toMatchObject({ httpOnly: true, sameSite: "lax", path: "/", secure: true });
      expect(cookie.options).not.toHaveProperty("domain");
    }
  });

  test("on http are the same without the prefix, which a browser would refuse there", () => {
    expect(PLAIN.session).toBe("gatebook.session");
    for (const cookie of Object.values(nextAuthCookies(false))) expect(cookie.options.secure).toBe(false);
  });

  test("let state, PKCE and nonce live for one round trip of 15 minutes", () => {
    const { state, pkceCodeVerifier, nonce } = nextAuthCookies(true);
    for (const cookie of [state, pkceCodeVerifier, nonce]) expect(cookie?.options.maxAge).toBe(900);
  });
});

/**
 * Every way a round trip to an OpenID provider can fail, driven through NextAuth and openid-client themselves against
 * a provider on this machine that misbehaves on demand. Their texts are not ours: this is what pins them.
 */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { NextAuthOptions } from "next-auth";
import { encode } from "next-auth/jwt";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Attempt, DATABASE_AWAY, openAttempt, runInAttempt } from "@/auth/attempt/attempt";
import { outcomeOf } from "@/auth/attempt/outcome";
import { cookieNames } from "@/auth/cookies";
import { newCsrfCookie } from "@/auth/csrf";
import { optionsFor } from "@/auth/options.server";
import { newSessionRead } from "@/auth/session-read.server";
import { env } from "@/platform/env";

const report = vi.hoisted(() => vi.fn());
vi.mock("@/platform/report.server", () => ({ report }));

type Handler = (params: { req: object; options: NextAuthOptions }) => Promise<{
  status?: number;
  redirect?: string;
  cookies?: { name: string; value: string }[];
}>;
/** What the route calls. The package does not export it. */
const { AuthHandler } = createRequire(import.meta.url)("../../node_modules/next-auth/core/index.js") as {
  AuthHandler: Handler;
};

const ORIGIN = "http://localhost:3000";
const CLIENT_ID = "gatebook";
const NAMES = cookieNames(false);
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

let server: Server;
let issuer: string;
let answerDiscovery: (response: ServerResponse) => void;
let answerToken: (response: ServerResponse) => void;
let answerUserinfo: (response: ServerResponse) => void;

function json(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const discovery =
  (token_endpoint: string, more: object = {}) =>
  (response: ServerResponse) =>
    json(response, {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint,
      jwks_uri: `${issuer}/jwks`,
      ...more,
    });

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/token") answerToken(response);
    else if (request.url === "/userinfo") answerUserinfo(response);
    else if (request.url === "/jwks")
      json(response, { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "ours" }] });
    else answerDiscovery(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("OIDC_ISSUER", issuer);
  vi.stubEnv("OIDC_CLIENT_ID", CLIENT_ID);
  vi.stubEnv("OIDC_CLIENT_SECRET", "client secret");
  env();
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  answerDiscovery = discovery(`${issuer}/token`);
});

function ask(request: object, attempt: Attempt): ReturnType<Handler> {
  const req = { ...request, providerId: "openid", headers: {} };
  return runInAttempt(attempt, () => AuthHandler({ req, options: optionsFor(newSessionRead(false)) }));
}

/** Presses "Sign in with OpenID". */
async function begin() {
  const csrf = newCsrfCookie(env().NEXTAUTH_SECRET);
  const attempt = openAttempt("openid");
  const body = { csrfToken: csrf.split("|")[0], callbackUrl: `${ORIGIN}/account` };
  const answer = await ask({ action: "signin", method: "POST", body, cookies: { [NAMES.csrf]: csrf } }, attempt);
  const redirect = answer.redirect ?? "";
  const cookies = Object.fromEntries((answer.cookies ?? []).map(({ name, value }) => [name, value]));
  return { attempt, redirect, parameters: new URL(redirect).searchParams, cookies };
}
type Trip = Awaited<ReturnType<typeof begin>>;

type Claims = Record<string, unknown>;
const RS256 = { alg: "RS256", kid: "ours" };
function idToken(claims: Claims, header: object = RS256, key: KeyObject | null = privateKey): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${key ? sign("RSA-SHA256", Buffer.from(text), key).toString("base64url") : ""}`;
}

function claimsFor(trip: Trip): Claims {
  const now = Math.floor(Date.now() / 1000);
  const nonce = trip.parameters.get("nonce");
  return { iss: issuer, aud: CLIENT_ID, sub: "subject-1", iat: now, exp: now + 300, nonce, email: "a@b.test" };
}

const tokens = (token: string) => (response: ServerResponse) =>
  json(response, { access_token: "an-access-token", token_type: "Bearer", id_token: token });

/** Comes back from the provider. Answers what the attempt came to. */
async function comeBack(trip: Trip, query: object = {}, cookies: object = {}) {
  const attempt = openAttempt("openid");
  const request = {
    query: { code: "a code", state: trip.parameters.get("state"), ...query },
    cookies: { ...trip.cookies, ...cookies },
  };
  const said = await ask({ action: "callback", method: "GET", ...request }, attempt);
  const setsSession = (said.cookies ?? []).some(({ name, value }) => name === NAMES.session && value !== "");
  const answer = { status: said.status ?? 302, redirect: said.redirect ?? null, setsSession };
  return { attempt, outcome: outcomeOf(attempt, answer, { action: "callback", origin: ORIGIN }) };
}

const refused = (reason: string, cause?: string) => ({
  kind: "refused",
  refusal: expect.objectContaining({ reason, ...(cause ? { cause } : {}) }),
});

test("the way to the provider carries state, nonce and a PKCE challenge, and their cookies are encrypted", async () => {
  const { parameters, cookies, attempt, redirect } = await begin();
  expect(parameters.get("scope")).toBe("openid email profile");
  expect(parameters.get("code_challenge_method")).toBe("S256");
  for (const name of ["state", "nonce", "code_challenge"]) expect(parameters.get(name)).toMatch(/^[\w-]{43}$/);
  for (const name of [NAMES.state, NAMES.nonce, NAMES.pkce]) expect(cookies[name]).toMatch(/^eyJ/);
  expect(Object.values(cookies).join()).not.toContain(parameters.get("state"));
  const answer = { status: 302, redirect, setsSession: false };
  expect(outcomeOf(attempt, answer, { action: "signin", origin: ORIGIN })).toEqual({ kind: "under_way" });
});

describe("a browser that does not bring back what it was given is a state mismatch:", () => {
  const foreign = (name: string) =>
    encode({ token: { value: "x", provider: "github" }, secret: env().NEXTAUTH_SECRET, salt: name });

  test.each(["state", "pkce", "nonce"] as const)("no %s cookie, or that of another provider", async (cookie) => {
    const name = NAMES[cookie];
    const mismatch = refused("state_mismatch");
    expect((await comeBack(await begin(), {}, { [name]: await foreign(name) })).outcome).toEqual(mismatch);
    expect((await comeBack(await begin(), {}, { [name]: undefined })).outcome).toEqual(mismatch);
  });

  test("the state of another round trip", async () => {
    const [trip, other] = [await begin(), await begin()];
    expect((await comeBack(trip, { state: other.parameters.get("state") })).outcome).toEqual(refused("state_mismatch"));
  });

  test("an answer without a state", async () => {
    const trip = await begin();
    trip.parameters.delete("state");
    expect((await comeBack(trip, { state: "" })).outcome).toEqual(refused("state_mismatch"));
  });

  test("an id token for another nonce, or for none", async () => {
    for (const nonce of ["another", undefined]) {
      const trip = await begin();
      answerToken = tokens(idToken({ ...claimsFor(trip), nonce }));
      expect((await comeBack(trip)).outcome).toEqual(refused("state_mismatch"));
    }
  });
});

describe("a provider that fails is a provider error with its cause, and nothing unexpected:", () => {
  afterEach(() => expect(report).not.toHaveBeenCalled());

  const failing: [string, string | undefined, (response: ServerResponse) => void][] = [
    ["a code that was used", "code_refused", (r) => json(r, { error: "invalid_grant", error_description: "x" }, 400)],
    ["a client it does not know", "client_refused", (r) => json(r, { error: "invalid_client" }, 401)],
    [
      "a page instead of tokens",
      "provider_failed",
      (r) => void r.writeHead(500).end("<h1>Internal error at 10.0.0.7</h1>"),
    ],
    ["a broken answer", "bad_answer", (r) => void r.writeHead(200, { "content-type": "application/json" }).end("{")],
    ["no id token", "bad_id_token", (r) => json(r, { access_token: "x", token_type: "Bearer" })],
    ["a connection that is cut", "provider_unreachable", (r) => void r.destroy()],
  ];
  test.each(failing)("%s", async (_, cause, answer) => {
    answerToken = answer;
    expect((await comeBack(await begin())).outcome).toEqual(refused("provider_error", cause));
  });

  test("a token endpoint where nobody listens", async () => {
    const trip = await begin();
    answerDiscovery = discovery("http://127.0.0.1:1/token");
    expect((await comeBack(trip)).outcome).toEqual(refused("provider_error", "provider_unreachable"));
  });

  test("a token endpoint that never answers", async () => {
    answerToken = () => {};
    expect((await comeBack(await begin())).outcome).toEqual(refused("provider_error", "provider_timeout"));
  });

  const wrong: [string, string, (claims: Claims) => string][] = [
    ["for another audience", "audience_mismatch", (claims) => idToken({ ...claims, aud: "another" })],
    ["by another issuer", "issuer_mismatch", (claims) => idToken({ ...claims, iss: "https://evil.example" })],
    ["that has expired", "token_expired", (claims) => idToken({ ...claims, exp: 1_000_000_000 })],
    ["that is not valid yet", "token_not_yet_valid", (claims) => idToken({ ...claims, nbf: 10_000_000_000 })],
    ["signed by a stranger", "bad_signature", (claims) => idToken(claims, RS256, stranger)],
    ["with an unknown key", "unknown_key", (claims) => idToken(claims, { alg: "RS256", kid: "theirs" }, stranger)],
    ["that is not signed", "bad_id_token", (claims) => idToken(claims, { alg: "none" }, null)],
    ["signed by another algorithm", "bad_id_token", (claims) => idToken(claims, { alg: "HS256" }, stranger)],
    ["without a subject", "bad_id_token", (claims) => idToken({ ...claims, sub: undefined })],
  ];
  test.each(wrong)("an id token %s", async (_, cause, make) => {
    const trip = await begin();
    answerToken = tokens(make(claimsFor(trip)));
    expect((await comeBack(trip)).outcome).toEqual(refused("provider_error", cause));
  });

  test("an answer in the name of another issuer", async () => {
    const query = { iss: "https://evil.example" };
    expect((await comeBack(await begin(), query)).outcome).toEqual(refused("provider_error", "issuer_mismatch"));
  });

  test("a subject too long to be one", async () => {
    const trip = await begin();
    answerToken = tokens(idToken({ ...claimsFor(trip), sub: "s".repeat(256) }));
    expect((await comeBack(trip)).outcome).toEqual(refused("provider_error"));
  });
});

describe("an id token without an address", () => {
  const said = { email: "a@b.test", email_verified: true, name: "Alice" };
  /** Comes back with such an id token. */
  async function comeBackThin(claims: object = {}) {
    const trip = await begin();
    answerDiscovery = discovery(`${issuer}/token`, { userinfo_endpoint: `${issuer}/userinfo` });
    answerToken = tokens(idToken({ ...claimsFor(trip), email: undefined, ...claims }));
    return comeBack(trip);
  }

  test("is completed by the userinfo endpoint, where the address and its proof come from one place", async () => {
    answerUserinfo = (r) => json(r, { sub: "subject-1", ...said });
    const whole = { kind: "identity", subject: "subject-1", email: "a@b.test", emailVerified: true, name: "Alice" };
    expect((await comeBackThin()).attempt.evidence).toEqual({ ...whole, roles: [] });
    answerUserinfo = (r) => json(r, { sub: "subject-1", email: "a@b.test" });
    expect((await comeBackThin({ email_verified: true })).attempt.evidence).toMatchObject({ emailVerified: false });
  });

  test("names nobody's address where no userinfo endpoint is, or it has none either", async () => {
    const trip = await begin();
    answerToken = tokens(idToken({ ...claimsFor(trip), email: undefined }));
    const nobodys = expect.objectContaining({ subject: "subject-1", email: null });
    expect((await comeBack(trip)).attempt.evidence).toEqual(nobodys);
    answerUserinfo = (r) => json(r, { sub: "subject-1" });
    expect((await comeBackThin()).attempt.evidence).toEqual(nobodys);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ["answers with an error", (r) => json(r, { error: "server_error" }, 500)],
    ["knows no such token", (r) => void r.writeHead(401, { "www-authenticate": 'Bearer error="invalid_token"' }).end()],
    ["speaks of somebody else", (r) => json(r, { sub: "subject-2", ...said })],
    ["hangs up", (r) => void r.destroy()],
  ])("opens nothing when that endpoint %s", async (_, answer) => {
    answerUserinfo = answer;
    expect((await comeBackThin()).outcome).toEqual(refused("provider_error", "userinfo_failed"));
  });

  test("is not looked for anywhere when it is there: the id token is signed", async () => {
    answerUserinfo = () => expect.unreachable("userinfo was asked");
    expect((await comeBackThin(said)).attempt.evidence).toMatchObject({ email: said.email, name: said.name });
  });
});

test("a provider that cannot be discovered fails the attempt before it begins", async () => {
  answerDiscovery = (response) => void response.destroy();
  const { attempt, redirect } = await begin();
  const outcome = outcomeOf(
    attempt,
    { status: 302, redirect, setsSession: false },
    { action: "signin", origin: ORIGIN },
  );
  expect(outcome).toEqual(refused("provider_error", "provider_unreachable"));
});

test("nothing a provider says reaches the attempt as free text", async () => {
  answerToken = (r) => json(r, { error: "Alice's password is hunter2", error_description: "hunter2 at 10.0.0.7" }, 400);
  const { attempt, outcome } = await comeBack(await begin());
  expect(outcome).toEqual(refused("provider_error"));
  expect(JSON.stringify(attempt.refusal)).not.toMatch(/hunter2|10\.0\.0\.7|Alice/);
});

test("a sound answer reaches the gates, and with the database away says so instead of blaming the person", async () => {
  const trip = await begin();
  answerToken = tokens(idToken({ ...claimsFor(trip), email: "Alice@B.test", email_verified: true, name: "Alice" }));
  const { attempt, outcome } = await comeBack(trip);
  const who = { subject: "subject-1", email: "alice@b.test", emailVerified: true, name: "Alice" };
  expect(attempt.evidence).toEqual({ kind: "identity", ...who, roles: [] });
  // Without keys to encrypt them with, the provider's tokens are not even noted.
  expect(attempt.tokens).toBeNull();
  expect(outcome).toEqual(refused("internal_error", DATABASE_AWAY));
});

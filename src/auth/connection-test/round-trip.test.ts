/** A test's round trip with the local OpenID provider: what comes back, and what each fault of a provider is called. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { problemOfProfile, reportOf } from "@/auth/connection-test/claims-report";
import type { Problem } from "@/auth/connection-test/result";
import { authorizationUrl, newProofs, type Proofs, takeAnswer } from "@/auth/connection-test/round-trip.server";
import { roundTripProblem } from "@/auth/connection-test/round-trip-problem";
import {
  isTestState,
  openRoundTrip,
  ROUND_TRIP_S,
  sealRoundTrip,
  testState,
} from "@/auth/connection-test/round-trip-seal";
import { ssoProvider } from "@/auth/providers/sso.server";
import { encodeSessionToken, sessionIdOf } from "@/auth/session-token";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { type OpenIdProvider, startOpenIdProvider } from "@/workbench/openid-provider";
import { freePort } from "@/workbench/ports";
import { TestBrowser } from "@/workbench/test-browser";

const APP = "http://localhost:3999";
const CALLBACK = `${APP}/api/auth/callback/azure-ad`;
const TENANT = "contoso";
const folder = mkdtempSync(join(tmpdir(), "gatebook-round-trip-"));
let openid: OpenIdProvider;

beforeAll(async () => {
  openid = await startOpenIdProvider({ port: await freePort(), dataDir: folder, appOrigin: APP, tokenTtlSeconds: 120 });
  vi.stubEnv("SSO_ALLOWED_HOSTS", "localhost");
  env();
});
afterAll(async () => {
  await openid.stop();
  rmSync(folder, { recursive: true });
});

function provider(change: { clientSecret?: string; issuer?: string } = {}) {
  return ssoProvider({
    id: "azure-ad",
    kind: "azure-ad",
    name: "Contoso",
    issuer: change.issuer ?? `${openid.issuer}/${TENANT}/v2.0`,
    tenant: TENANT,
    clientId: openid.clientId,
    clientSecret: () => change.clientSecret ?? openid.clientSecret,
    rolesClaim: "roles",
    organizationId: null,
  });
}

function proofs(): Proofs {
  const { random, nonce, codeVerifier } = newProofs();
  return { state: testState(random), nonce, codeVerifier };
}

async function goAndComeBack(fields: Record<string, string>, made = provider(), held = proofs()) {
  const url = new URL(await authorizationUrl(made, CALLBACK, held));
  const query = await new TestBrowser(APP).answer(url, { action: "sign-in", email: "ada@contoso.test", ...fields });
  return { query, come: (used = held) => takeAnswer(made, CALLBACK, used, Object.fromEntries(query)) };
}

async function problemOf(work: Promise<unknown>): Promise<Problem | "none"> {
  try {
    await work;
    return "none";
  } catch (error) {
    return roundTripProblem(error).problem;
  }
}

test("a round trip ends in a report of what came, without a token in it", async () => {
  const { come } = await goAndComeBack({ roles: "staff, gatebook-admins" });
  const { tokens, claims, profile } = await come();
  expect(problemOfProfile(profile)).toBeNull();
  const report = reportOf({
    claims,
    profile,
    tokens,
    idTokenExpiresAt: tokens.claims().exp,
    connection: { rolesClaim: "roles", roleMapping: { staff: "member", "gatebook-admins": "admin" } },
    account: "none",
    at: new Date(),
  });
  expect(report).toMatchObject({
    email: "ada@contoso.test",
    emailVerified: true,
    name: "Ada",
    roles: ["staff", "gatebook-admins"],
    mappedRole: "admin",
    claims: expect.arrayContaining(["email", "email_verified", "name", "roles", "sub"]),
  });
  expect(report.idTokenLivesS).toBeGreaterThan(3500);
  expect(report.accessTokenLivesS).toBeGreaterThan(110);
  expect(JSON.stringify(report)).not.toContain(tokens.access_token);
});

describe("a sign-in that could not be", () => {
  test("lacks an address, or somebody who vouches for it", async () => {
    const missing = await (await goAndComeBack({ email_claim: "missing" })).come();
    expect(problemOfProfile(missing.profile)).toBe("no_email");
    expect(problemOfProfile({ id: "", email: null, emailVerified: false, name: null, roles: [] })).toBe("no_subject");
    expect(problemOfProfile({ id: "s", email: "a@b.test", emailVerified: false, name: null, roles: [] })).toBe(
      "email_unverified",
    );
  });

  test("was cancelled at the provider", async () => {
    const { come } = await goAndComeBack({ action: "cancel" });
    await expect(come().catch(roundTripProblem)).resolves.toEqual({
      problem: "provider_denied",
      providerError: "access_denied",
    });
  });

  test("has another secret", async () => {
    const { come } = await goAndComeBack({}, provider({ clientSecret: "another" }));
    expect(await problemOf(come())).toBe("client_refused");
  });

  test("comes with another state, or a code that was used", async () => {
    const { come } = await goAndComeBack({});
    expect(await problemOf(come(proofs()))).toBe("state_mismatch");
    await come();
    expect(await problemOf(come())).toBe("code_refused");
  });

  test.each<[string, Problem]>([
    ["wrong_nonce", "nonce_mismatch"],
    ["wrong_audience", "audience_mismatch"],
    ["wrong_issuer", "issuer_mismatch"],
    ["expired", "token_expired"],
    ["not_valid_yet", "clock_skew"],
    ["unknown_key", "unknown_key"],
    ["bad_signature", "bad_id_token"],
    ["userinfo_failure", "userinfo_failed"],
    ["bad_gateway", "provider_error"],
    ["down", "unreachable"],
  ])("meets a provider with %s: %s", async (fault, problem) => {
    const order = (given: string | null) =>
      fetch(`${openid.issuer}/faults`, {
        method: "POST",
        headers: { "content-type": "application/json", connection: "close" },
        body: JSON.stringify({ tenant: TENANT, fault: given }),
      });
    const { come } = await goAndComeBack({});
    expect((await order(fault)).ok).toBe(true);
    expect(await problemOf(come())).toBe(problem);
    await order(null);
  });

  test.each<[string, Problem]>([
    ["http://127.0.0.1:1", "not_https"],
    ["https://127.0.0.1:1", "not_public"],
    ["https://nowhere.invalid", "unknown_host"],
    ["http://localhost:1", "unreachable"],
  ])("would begin at %s: %s", async (issuer, problem) => {
    expect(await problemOf(authorizationUrl(provider({ issuer }), CALLBACK, proofs()))).toBe(problem);
  });
});

describe("what a round trip must find again", () => {
  const secret = "a secret for tests only, long enough to pass";
  const pending = () => ({ connectionId: newId(), settingsOf: 1_772_600_000_123, sessionId: newId(), ...proofs() });

  test("is found by whoever sealed it, for ten minutes", async () => {
    const trip = pending();
    const token = await sealRoundTrip(trip, secret);
    expect(token).not.toContain(trip.state);
    expect(await openRoundTrip(token, secret)).toEqual(trip);
    expect(await openRoundTrip(token, "another secret")).toBeNull();
    vi.setSystemTime(Date.now() + (ROUND_TRIP_S + 1) * 1000);
    expect(await openRoundTrip(token, secret)).toBeNull();
    vi.useRealTimers();
  });

  test("is no session, and a session is none of it", async () => {
    expect(await sessionIdOf(await sealRoundTrip(pending(), secret), secret)).toBeNull();
    expect(await openRoundTrip(await encodeSessionToken({ sid: newId() }, secret, 60), secret)).toBeNull();
    expect(await openRoundTrip(undefined, secret)).toBeNull();
  });

  test("says by its state alone that it is a test", () => {
    for (const state of [newProofs().random, null, "", "x.test."]) expect(isTestState(state)).toBe(false);
    expect(isTestState(proofs().state)).toBe(true);
  });
});

/**
 * The two requests of a test's round trip: the one that sends the browser to the provider, and the one that comes back to
 * the connection's own callback URL. Neither touches NextAuth, the session's cookie, or the session's row.
 */
import "server-only";
import { database } from "@db/connect.server";
import type { NextRequest } from "next/server";
import { recordDurably, recordInTransaction } from "@/audit/record.server";
import { accountMatch } from "@/auth/connection-test/account-match.server";
import { problemOfProfile, reportOf } from "@/auth/connection-test/claims-report";
import { keepTestResult } from "@/auth/connection-test/keep.server";
import type { ClaimsReport, RoundTrip } from "@/auth/connection-test/result";
import { authorizationUrl, type Came, newProofs, takeAnswer } from "@/auth/connection-test/round-trip.server";
import { type RoundTripProblem, roundTripProblem } from "@/auth/connection-test/round-trip-problem";
import {
  isTestState,
  openRoundTrip,
  type PendingRoundTrip,
  ROUND_TRIP_S,
  sealRoundTrip,
  testState,
} from "@/auth/connection-test/round-trip-seal";
import { findTested, type Tested } from "@/auth/connection-test/tested.server";
import { cookieNames } from "@/auth/cookies";
import { reportFailure } from "@/auth/failures.server";
import { secureCookies, unavailable } from "@/auth/http/answers.server";
import type { AuthRequest } from "@/auth/http/request";
import { ssoProvider } from "@/auth/providers/sso.server";
import { readSession } from "@/auth/session.server";
import { SessionUnavailable } from "@/auth/session-errors";
import { administeredOrganizations, canAdminister, type GatebookSession } from "@/auth/session-shape";
import type { Administers } from "@/directory/administration.store.server";
import { providerIdOf } from "@/directory/connections";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { isId } from "@/platform/ids";

function seal(value: string, maxAge: number): string {
  const name = cookieNames(secureCookies()).connectionTest;
  return `${name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secureCookies() ? "; Secure" : ""}`;
}

/** @param path on this origin */
function goTo(path: string, cookie?: string): Response {
  const headers = new Headers({ location: new URL(path, env().NEXTAUTH_URL).href, "cache-control": "no-store" });
  if (cookie) headers.append("set-cookie", cookie);
  return new Response(null, { status: 303, headers });
}

const reportPath = (connectionId: string) => `/admin/sso/${connectionId}/report`;
const OVER = "/admin/sso?notice=test_over";

/** Refuses, once that stands in the book. Whether there is a connection of that id is not told. */
async function refuse(reason: string, path: string, session: GatebookSession): Promise<Response> {
  await recordDurably([
    {
      action: "accessDenied",
      status: "failure",
      failureReason: reason,
      actor: { type: "user", id: session.user.id },
      sessionId: session.sid,
      organizationId: session.memberships[0]?.organizationId ?? null,
      details: { path: path.slice(0, 200) },
    },
  ]);
  return Response.json(
    { error: reason === "cross_site" ? reason : "not_found" },
    { status: reason === "cross_site" ? 403 : 404 },
  );
}

/** What the test found, and that it was made, in one transaction. */
async function conclude(
  { connection }: Pick<Tested, "connection">,
  session: GatebookSession,
  roundTrip: RoundTrip,
): Promise<void> {
  const at = now();
  await database()
    .transaction()
    .execute(async (tx) => {
      const kept = await keepTestResult(tx, administeredOrganizations(session), connection, { roundTrip }, at);
      const problem = kept ? roundTrip.problem : "connection_changed";
      await recordInTransaction(tx, [
        {
          action: "ssoConnectionTested",
          ...(problem ? { status: "failure", failureReason: problem } : { status: "success" }),
          actor: { type: "user", id: session.user.id },
          sessionId: session.sid,
          organizationId: connection.organizationId,
          target: { type: "connection", id: connection.id },
          provider: providerIdOf(connection),
          details: { step: "round_trip", ...(problem ? { problem } : {}) },
        },
      ]);
    });
}

function failedTrip({ problem, providerError }: RoundTripProblem, report: ClaimsReport | null = null): RoundTrip {
  return { at: now().toISOString(), problem, ...(providerError ? { providerError } : {}), report };
}

/** Answers 503 while the database is away; anything else that is unexpected goes to the error page, reported. */
async function served(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SessionUnavailable)) {
      reportFailure(error, { route: "connection test" }, "the test of a connection failed");
    }
    return unavailable();
  }
}

/** `GET /api/connections/ID/test`: to the provider. A link of ours leads here, and no other site may. */
export function startRoundTrip(request: NextRequest, connectionId: string): Promise<Response> {
  return served(async () => {
    const { pathname } = request.nextUrl;
    const session = await readSession();
    if (!session) return goTo(`/sign-in?callbackUrl=${encodeURIComponent(`/admin/sso/${connectionId}`)}`);
    const site = request.headers.get("sec-fetch-site");
    if (site !== null && site !== "same-origin" && site !== "none") return refuse("cross_site", pathname, session);
    if (!canAdminister(session) || !isId(connectionId)) return refuse("not_found", pathname, session);
    const tested = await findTested(database(), administeredOrganizations(session), connectionId);
    if (!tested) return refuse("not_found", pathname, session);
    const { connection, client, callbackUrl } = tested;
    if (!client) {
      await conclude(tested, session, failedTrip({ problem: "secret_unreadable" }));
      return goTo(reportPath(connectionId));
    }
    const { random, nonce, codeVerifier } = newProofs();
    const proofs = { state: testState(random), nonce, codeVerifier };
    let target: string;
    try {
      target = await authorizationUrl(ssoProvider(client), callbackUrl, proofs);
    } catch (error) {
      await conclude(tested, session, failedTrip(roundTripProblem(error)));
      return goTo(reportPath(connectionId));
    }
    const pending = { connectionId, settingsOf: connection.updatedAt.getTime(), sessionId: session.sid, ...proofs };
    const token = await sealRoundTrip(pending, env().NEXTAUTH_SECRET);
    const headers = { location: target, "cache-control": "no-store", "set-cookie": seal(token, ROUND_TRIP_S) };
    return new Response(null, { status: 303, headers });
  });
}

async function tripOf(
  tested: Tested,
  pending: PendingRoundTrip,
  query: URLSearchParams,
  administers: Administers,
): Promise<RoundTrip> {
  const { connection, client, callbackUrl } = tested;
  if (!client) return failedTrip({ problem: "secret_unreadable" });
  let came: Came;
  try {
    came = await takeAnswer(ssoProvider(client), callbackUrl, pending, Object.fromEntries(query));
  } catch (error) {
    return failedTrip(roundTripProblem(error));
  }
  const at = now();
  const { tokens, claims, profile } = came;
  const report = reportOf({
    claims,
    profile,
    tokens,
    idTokenExpiresAt: tokens.id_token === undefined ? undefined : tokens.claims().exp,
    connection,
    account: await accountMatch(database(), administers, client.id, profile),
    at,
  });
  return { at: at.toISOString(), problem: problemOfProfile(profile), report };
}

/**
 * The callback of a test, or null where it is the callback of a sign-in. What says that it is a test is no sign-in
 * whatever becomes of it: NextAuth has no state like it.
 */
export async function serveRoundTripCallback(request: AuthRequest, provider: string): Promise<Response | null> {
  const query = request.nextUrl.searchParams;
  const state = query.get("state");
  if (request.method !== "GET" || !isTestState(state)) return null;
  return served(async () => {
    const token = request.cookies.get(cookieNames(secureCookies()).connectionTest)?.value;
    const pending = await openRoundTrip(token, env().NEXTAUTH_SECRET);
    const session = await readSession(false);
    // Somebody else's answer, or one that took too long: it is dropped unread.
    if (!pending || pending.state !== state || session?.sid !== pending.sessionId) return goTo(OVER);
    const administers = administeredOrganizations(session);
    const tested = await findTested(database(), administers, pending.connectionId);
    if (!tested || providerIdOf(tested.connection) !== provider) return goTo(OVER, seal("", 0));
    const roundTrip = await tripOf(tested, pending, query, administers);
    const settings = { ...tested.connection, updatedAt: new Date(pending.settingsOf) };
    await conclude({ connection: settings }, session, roundTrip);
    return goTo(reportPath(pending.connectionId), seal("", 0));
  });
}

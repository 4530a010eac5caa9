/**
 * The access token that a session's calls go out with. One that has expired is refreshed once, however many calls find
 * it so at the same moment: in a process they share one flight, and between processes the row is locked and looked at
 * again before the provider is asked.
 */
import "server-only";
import { type Database, database, isOutage, isStatementTimeout } from "@db/connect.server";
import { hasExpired, openAccessToken, openRefreshToken, sealTokens } from "@/account/provider-tokens";
import {
  findTokensOfUser,
  lockTokens,
  markRefreshDead,
  putTokens,
  type StoredTokens,
} from "@/account/provider-tokens.store.server";
import type { EventInput } from "@/audit/catalogue";
import { recordDurably, recordInTransaction } from "@/audit/record.server";
import { type TokenEndpoint, tokenEndpointOf } from "@/auth/provider-tokens/token-endpoint.server";
import type { GatebookSession } from "@/auth/session-shape";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { type KeyRing, UnsealError } from "@/platform/key-ring";
import { log } from "@/platform/log";
import { processWide } from "@/platform/process-wide";
import { report } from "@/platform/report.server";
import { Turns } from "@/platform/turns";

export type AccessToken =
  | { kind: "token"; accessToken: string }
  /** Nothing is stored: the person did not sign in by a provider, or it gave nothing. */
  | { kind: "none" }
  /** Only another sign-in at the provider helps. */
  | { kind: "sign_in_required" }
  /** The provider, or the row, cannot be reached now. */
  | { kind: "unavailable" };

/** What the refreshes of one process share. */
export type RefreshDesk = {
  db: () => Database;
  flights: Map<string, Promise<AccessToken>>;
  /** Each holds a connection while it asks: a provider that hangs must not take the whole pool. */
  turns: Turns;
  /** Until when a provider that was away is not asked again (milliseconds). */
  resting: Map<string, number>;
};

/** The seconds that a client is asked to wait with `unavailable`. */
const REST_MS = 5000;

export function newRefreshDesk(db: () => Database): RefreshDesk {
  const turns = new Turns(Math.max(1, Math.floor(env().DATABASE_POOL / 4)));
  return { db, flights: new Map(), turns, resting: new Map() };
}

const processDesk = () => processWide("token refreshes", () => newRefreshDesk(database));

type Failure = { kind: "failure"; reason: string; answer: AccessToken };
const failure = (reason: string, kind: "sign_in_required" | "unavailable"): Failure => ({
  kind: "failure",
  reason,
  answer: { kind },
});

function refreshEvent(
  session: GatebookSession,
  accountId: string,
  outcome:
    | { status: "success"; details: { rotated: boolean } }
    | { status: "failure"; failureReason: string; details: object },
): EventInput {
  return {
    action: "providerTokenRefreshed",
    actor: { type: "user", id: session.user.id },
    target: { type: "account", id: accountId },
    organizationId: session.memberships[0]?.organizationId ?? null,
    provider: session.provider,
    sessionId: session.sid,
    ...outcome,
  };
}

/** The row is locked here until the provider has answered. */
async function refreshLocked(
  desk: RefreshDesk,
  ring: KeyRing,
  session: GatebookSession,
  accountId: string,
  endpoint: TokenEndpoint,
): Promise<AccessToken | Failure> {
  return desk
    .db()
    .transaction()
    .execute(async (tx): Promise<AccessToken | Failure> => {
      const stored = await lockTokens(tx, accountId);
      if (!stored) return { kind: "none" };
      const at = now();
      // Another process, or a sign-in, was here while we waited for the row.
      if (!hasExpired(stored, at))
        return { kind: "token", accessToken: openAccessToken(ring, accountId, stored.access) };
      if (stored.refreshDeadAt) return { kind: "sign_in_required" };
      if (!stored.refresh) {
        await markRefreshDead(tx, accountId, at);
        return failure("no_refresh_token", "sign_in_required");
      }
      const refreshed = await endpoint(openRefreshToken(ring, accountId, stored.refresh));
      if (refreshed.kind === "failed") return failure(refreshed.reason, "unavailable");
      if (refreshed.kind === "dead") {
        await markRefreshDead(tx, accountId, now());
        return failure(refreshed.reason, "sign_in_required");
      }
      const { tokens } = refreshed;
      await putTokens(tx, accountId, sealTokens(ring, accountId, tokens), "refresh", now());
      const details = { rotated: tokens.refreshToken !== null };
      await recordInTransaction(tx, [refreshEvent(session, accountId, { status: "success", details })]);
      return { kind: "token", accessToken: tokens.accessToken };
    });
}

function isResting(desk: RefreshDesk, provider: string): boolean {
  return now().getTime() < (desk.resting.get(provider) ?? 0);
}

async function attemptRefresh(
  desk: RefreshDesk,
  ring: KeyRing,
  session: GatebookSession,
  accountId: string,
): Promise<AccessToken | Failure> {
  const { provider } = session;
  if (isResting(desk, provider)) return { kind: "unavailable" };
  const endpoint = await tokenEndpointOf(provider);
  if (endpoint === null) return failure("provider_not_offered", "sign_in_required");
  if (typeof endpoint !== "function") return failure(endpoint.reason, "unavailable");
  return desk.turns.take(async () => {
    if (isResting(desk, provider)) return { kind: "unavailable" };
    try {
      return await refreshLocked(desk, ring, session, accountId, endpoint);
    } catch (error) {
      // Others have held the row for longer than a statement may take.
      if (isStatementTimeout(error) || isOutage(error)) return { kind: "unavailable" };
      throw error;
    }
  });
}

async function refresh(
  desk: RefreshDesk,
  ring: KeyRing,
  session: GatebookSession,
  accountId: string,
): Promise<AccessToken> {
  const outcome = await attemptRefresh(desk, ring, session, accountId);
  if (outcome.kind !== "failure") return outcome;
  const { reason, answer } = outcome;
  log().warn({ reason, provider: session.provider }, "a provider token could not be refreshed");
  if (reason === "provider_timeout" || reason === "provider_unreachable") {
    desk.resting.set(session.provider, now().getTime() + REST_MS);
  }
  const event = { status: "failure" as const, failureReason: reason, details: {} };
  try {
    await recordDurably([refreshEvent(session, accountId, event)]);
  } catch (lost) {
    // The call is refused already; what is lost is its row, and that nobody must overlook.
    log().fatal({ err: lost, reason }, "a failed refresh of a provider token could not be recorded");
    report(lost, { lost: "providerTokenRefreshed" });
  }
  return answer;
}

function joinFlight(desk: RefreshDesk, accountId: string, start: () => Promise<AccessToken>): Promise<AccessToken> {
  const underWay = desk.flights.get(accountId);
  if (underWay) return underWay;
  const flight = start().finally(() => desk.flights.delete(accountId));
  desk.flights.set(accountId, flight);
  return flight;
}

async function usable(desk: RefreshDesk, ring: KeyRing, session: GatebookSession, stored: StoredTokens) {
  const { accountId, access } = stored;
  if (!hasExpired(stored, now())) {
    return { kind: "token" as const, accessToken: openAccessToken(ring, accountId, access) };
  }
  if (stored.refreshDeadAt) return { kind: "sign_in_required" as const };
  return joinFlight(desk, accountId, () => refresh(desk, ring, session, accountId));
}

/** @throws when the database is away */
export async function accessTokenFor(session: GatebookSession, desk = processDesk()): Promise<AccessToken> {
  const ring = env().GATEBOOK_KEYS;
  const stored = ring ? await findTokensOfUser(desk.db(), session.user.id, session.provider) : null;
  if (!ring || !stored) return { kind: "none" };
  try {
    return await usable(desk, ring, session, stored);
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error;
    // Its key has left GATEBOOK_KEYS, or the row was tampered with. The next sign-in writes a row that opens.
    log().error({ err: error, accountId: stored.accountId }, "stored provider tokens could not be opened");
    report(error, { reason: error.reason });
    return { kind: "sign_in_required" };
  }
}

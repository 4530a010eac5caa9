/** An attempt is closed once, with one row that says what it really came to. */
import { database } from "@db/connect.server";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Account, type Attempt, openAttempt } from "@/auth/attempt/attempt";
import { closeAttempt } from "@/auth/attempt/close.server";
import { commitSignIn } from "@/auth/attempt/commit.server";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { testDatabase } from "@/workbench/test-database";

const report = vi.hoisted(() => vi.fn());
vi.mock("@/platform/report.server", () => ({ report }));
const inc = vi.hoisted(() => vi.fn());
vi.mock("@/platform/metrics", () => ({ metrics: () => ({ attempts: { inc } }) }));

const postgres = testDatabase();
const organizationId = newId();
let account: Account;

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  env();
  const id = newId();
  account = {
    id,
    email: "alice@example.com",
    emailVerifiedAt: new Date(),
    disabledAt: null,
    organizationId,
    instanceRole: null,
  };
  await postgres.db.insertInto("users").values({ id, email: account.email }).execute();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(() => {
  report.mockClear();
  inc.mockClear();
});
afterEach(async () => {
  await sql`drop trigger if exists refuse on sessions`.execute(postgres.db);
});

const attemptBy = (provider: string, facts: Partial<Attempt> = {}): Attempt => ({ ...openAttempt(provider), ...facts });
const SCOPE = { requestId: "request-0001", ip: "203.0.113.7", userAgent: "browser", nonce: "n" };
const close = (...parameters: Parameters<typeof closeAttempt>) =>
  runInRequestScope(SCOPE, () => closeAttempt(...parameters));

/** Every `signedIn` row of an attempt, by its event's id. */
const rowsOf = (attempt: Attempt) =>
  postgres.db.selectFrom("audit_events").selectAll().where("id", "=", attempt.eventId).execute();
const sessionsOf = (id: string) => postgres.db.selectFrom("sessions").selectAll().where("id", "=", id).execute();

describe("a refused attempt", () => {
  test("leaves one failure: anonymous against the claimed account, with its reason, gate and codes", async () => {
    const attempt = attemptBy("openid", { account, claimedEmail: "typed@example.com" });
    const refusal = {
      reason: "provider_error",
      gate: "credentials",
      cause: "bad_signature",
      providerError: "server_error",
    } as const;
    expect(await close(attempt, { kind: "refused", refusal })).toEqual({ signedIn: false, refusal });
    expect(await rowsOf(attempt)).toMatchObject([
      {
        id: attempt.eventId,
        occurred_at: attempt.openedAt,
        action: "signedIn",
        status: "failure",
        failure_reason: "provider_error",
        actor_type: "anonymous",
        actor_id: null,
        target_type: "user",
        target_id: account.id,
        organization_id: organizationId,
        auth_method: "sso",
        provider: "openid",
        claimed_email: "typed@example.com",
        session_id: null,
        request_id: "request-0001",
        ip: "203.0.113.7",
        user_agent: "browser",
        details: { gate: "credentials", cause: "bad_signature", providerError: "server_error" },
      },
    ]);
    expect(report).not.toHaveBeenCalled();
    expect(inc.mock.calls).toEqual([[{ method: "sso", outcome: "provider_error" }]]);
  });

  test("against no account has no target and no organization", async () => {
    const attempt = attemptBy("credentials", { claimedEmail: "nobody@example.com" });
    await close(attempt, { kind: "refused", refusal: { reason: "unknown_user" } });
    expect(await rowsOf(attempt)).toMatchObject([
      { target_type: null, target_id: null, organization_id: null, claimed_email: "nobody@example.com", details: {} },
    ]);
  });

  test("never has what was brought as evidence in its row", async () => {
    const evidence = { kind: "password", email: "alice@example.com", password: "hunter2" } as const;
    const attempt = attemptBy("credentials", { evidence, account, error: new Error("hunter2") });
    await close(attempt, { kind: "refused", refusal: { reason: "internal_error" } });
    const row = await rowsOf(attempt);
    expect(row).toHaveLength(1);
    expect(JSON.stringify(row)).not.toContain("hunter2");
  });

  test("with an unexpected error has it reported, once, by its reason and method", async () => {
    const error = new Error("a callback broke");
    await close(attemptBy("openid", { error }), { kind: "refused", refusal: { reason: "internal_error" } });
    expect(report.mock.calls).toEqual([[error, { reason: "internal_error", method: "sso" }]]);
  });
});

describe("an attempt whose token was minted", () => {
  const minted = (sessionId: string) => ({ kind: "minted", sessionId }) as const;

  test("is signed in once its session is committed", async () => {
    const attempt = attemptBy("credentials", { account, passed: true });
    const sessionId = newId();
    expect(await close(attempt, minted(sessionId))).toEqual({ signedIn: true });
    expect(await sessionsOf(sessionId)).toHaveLength(1);
    expect(await rowsOf(attempt)).toMatchObject([{ status: "success", actor_id: account.id, session_id: sessionId }]);
    expect(inc.mock.calls).toEqual([[{ method: "password", outcome: "success" }]]);
  });

  test("but whose session cannot be written is a failed mint: no session, one failure, and the error is reported", async () => {
    await sql`
      create or replace function refuse_session() returns trigger language plpgsql as $$
      begin raise exception 'no space left on device' using errcode = '53100'; end $$`.execute(postgres.db);
    await sql`create trigger refuse before insert on sessions for each row execute function refuse_session()`.execute(
      postgres.db,
    );
    const attempt = attemptBy("credentials", { account, passed: true });
    const sessionId = newId();
    expect(await close(attempt, minted(sessionId))).toEqual({
      signedIn: false,
      refusal: { reason: "token_mint_failed" },
    });
    expect(await sessionsOf(sessionId)).toEqual([]);
    expect(await rowsOf(attempt)).toMatchObject([
      { status: "failure", failure_reason: "token_mint_failed", actor_type: "anonymous", target_id: account.id },
    ]);
    expect(report.mock.calls).toMatchObject([[{ code: "53100" }, { reason: "token_mint_failed" }]]);
    expect(inc.mock.calls).toEqual([[{ method: "password", outcome: "token_mint_failed" }]]);
  });

  test("but that is refused in the commit leaves the failure with that reason, and no session", async () => {
    const provision = { kind: "spend_token", tokenId: newId() } as const;
    const attempt = attemptBy("token", { account, passed: true, provision });
    const sessionId = newId();
    expect(await close(attempt, minted(sessionId))).toMatchObject({
      signedIn: false,
      refusal: { reason: "used_token" },
    });
    expect(await sessionsOf(sessionId)).toEqual([]);
    expect(await rowsOf(attempt)).toMatchObject([{ status: "failure", failure_reason: "used_token" }]);
  });
});

test("should the answer to a commit be lost, the failure that is then written falls away: one attempt, one row", async () => {
  const attempt = attemptBy("credentials", { account, passed: true });
  await commitSignIn(attempt, newId());
  await close(attempt, { kind: "refused", refusal: { reason: "token_mint_failed" } });
  expect(await rowsOf(attempt)).toMatchObject([{ status: "success", failure_reason: null }]);
});

test("16 attempts closed at the same moment leave their own row each", async () => {
  const attempts = Array.from({ length: 16 }, (_, number) =>
    attemptBy("credentials", { claimedEmail: `user-${number}@example.com` }),
  );
  await Promise.all(
    attempts.map((attempt, number) =>
      runInRequestScope({ ...SCOPE, requestId: `request-${number}`, ip: `203.0.113.${number}` }, () =>
        closeAttempt(attempt, { kind: "refused", refusal: { reason: "unknown_user" } }),
      ),
    ),
  );
  for (const [number, attempt] of attempts.entries()) {
    expect(await rowsOf(attempt)).toMatchObject([
      { claimed_email: `user-${number}@example.com`, request_id: `request-${number}`, ip: `203.0.113.${number}` },
    ]);
  }
});

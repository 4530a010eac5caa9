/** A successful sign-in is one transaction: all of it is there afterwards, or none of it. */
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newVerificationToken } from "@/account/verification-tokens";
import { findVerificationToken, insertVerificationToken } from "@/account/verification-tokens.store.server";
import { type Attempt, openAttempt, type Provision } from "@/auth/attempt/attempt";
import { commitSignIn } from "@/auth/attempt/commit.server";
import { findUserById, findUserByIdentity, linkIdentity } from "@/directory/users.store.server";
import { now, setClock } from "@/platform/clock";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

const AT = new Date("2026-03-04T05:06:07.089Z");
const SCOPE = { requestId: "request-0001", ip: "2001:db8::7", userAgent: "browser", nonce: "n" };
const TABLES = ["sessions", "verification_tokens", "accounts", "memberships", "organizations", "users"] as const;

let restoreClock = () => {};
beforeEach(() => {
  restoreClock = setClock(() => AT);
});
afterEach(async () => {
  restoreClock();
  await sql`drop trigger if exists refuse on audit_events`.execute(postgres.db);
  for (const table of TABLES) await postgres.db.deleteFrom(table).execute();
  await postgres.db.transaction().execute(async (tx) => {
    await sql`set local gatebook.maintenance = 'on'`.execute(tx);
    await tx.deleteFrom("audit_events").execute();
  });
});

type Facts = { password_hash?: string; email_verified_at?: Date; disabled_at?: Date };
async function insertUser(facts: Facts = { email_verified_at: AT }): Promise<string> {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({ id, email: "alice@example.com", ...facts })
    .execute();
  return id;
}

/** An attempt by that user that has passed its gates. */
async function passedAttempt(provider: string, userId: string | null, provision: Provision): Promise<Attempt> {
  const account = userId === null ? null : await findUserById(postgres.db, userId);
  return { ...openAttempt(provider), account, provision, passed: true, claimedEmail: "alice@example.com" };
}

const commit = (attempt: Attempt, sessionId = newId()) =>
  runInRequestScope(SCOPE, () => commitSignIn(attempt, sessionId, postgres.db));

async function tokenOf(userId: string): Promise<{ digest: Buffer; provision: Provision }> {
  const { digest } = newVerificationToken();
  await insertVerificationToken(postgres.db, {
    purpose: "sign_in",
    digest,
    userId,
    createdAt: AT,
    expiresAt: new Date(AT.getTime() + 1000),
  });
  const tokenId = (await findVerificationToken(postgres.db, "sign_in", digest))?.id ?? "";
  return { digest, provision: { kind: "spend_token", tokenId } };
}

const newcomer = (subject: string, email = "new@example.com"): Provision => ({
  kind: "create_user",
  subject,
  email,
  name: "New",
});

const events = () => postgres.db.selectFrom("audit_events").selectAll().orderBy("id").execute();
const actions = async () => (await events()).map(({ action }) => action).sort();
const sessions = () => postgres.db.selectFrom("sessions").selectAll().execute();

/** Makes the insert of that action's row fail, as a full disk or a broken constraint would. */
async function refuseToRecord(action: string): Promise<void> {
  await sql`
    create or replace function refuse_to_record() returns trigger language plpgsql as $$
    begin raise exception 'no space left on device' using errcode = '53100'; end $$`.execute(postgres.db);
  await sql`create trigger refuse before insert on audit_events for each row
            when (new.action = ${sql.lit(action)}) execute function refuse_to_record()`.execute(postgres.db);
}

describe("a sign-in by password", () => {
  test("leaves a session, signedIn and jwtTokenCreated, each with who, how, when and from where", async () => {
    const userId = await insertUser();
    const attempt = await passedAttempt("credentials", userId, { kind: "none" });
    const sessionId = newId();
    restoreClock();
    restoreClock = setClock(() => new Date(AT.getTime() + 300));
    expect(await commit(attempt, sessionId)).toBeNull();
    const opened = new Date(AT.getTime() + 300);
    const [session, ...moreSessions] = await sessions();
    expect(session).toMatchObject({
      id: sessionId,
      user_id: userId,
      auth_method: "password",
      provider: "credentials",
      ip: SCOPE.ip,
      created_at: opened,
      last_used_at: opened,
      expires_at: new Date(opened.getTime() + env().SESSION_MAX_AGE_S * 1000),
      ended_at: null,
    });
    expect(moreSessions).toEqual([]);
    const common = {
      occurred_at: AT,
      status: "success",
      failure_reason: null,
      actor_type: "user",
      actor_id: userId,
      auth_method: "password",
      provider: "credentials",
      session_id: sessionId,
      request_id: SCOPE.requestId,
      ip: SCOPE.ip,
    };
    expect(await events()).toMatchObject([
      { ...common, id: attempt.eventId, action: "signedIn", target_id: userId, claimed_email: "alice@example.com" },
      {
        ...common,
        action: "jwtTokenCreated",
        target_type: "session",
        target_id: sessionId,
        details: { trigger: "signIn" },
      },
    ]);
  });

  test("is one transaction, down to the database's own number of it", async () => {
    await commit(await passedAttempt("credentials", await insertUser(), { kind: "none" }));
    const { rows } = await sql<{ xmin: string }>`
      select xmin::text from sessions union all select xmin::text from audit_events`.execute(postgres.db);
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map(({ xmin }) => xmin)).size).toBe(1);
  });

  test("of somebody who was disabled after the gates is refused, and nothing is left of it", async () => {
    const userId = await insertUser();
    const attempt = await passedAttempt("credentials", userId, { kind: "none" });
    await postgres.db.updateTable("users").set({ disabled_at: AT }).where("id", "=", userId).execute();
    expect(await commit(attempt)).toEqual({ reason: "account_disabled", gate: "account active" });
    expect([await sessions(), await events()]).toEqual([[], []]);
  });

  test("of nobody is refused: a passed attempt without an account opens none", async () => {
    const refusal = await commit(await passedAttempt("credentials", null, { kind: "none" }));
    expect(refusal).toMatchObject({ reason: "internal_error" });
    expect([await sessions(), await events()]).toEqual([[], []]);
  });
});

describe("a sign-in whose row cannot be written", () => {
  test.each(["signedIn", "jwtTokenCreated"])("(%s) fails as a whole: no session and no other row", async (action) => {
    const attempt = await passedAttempt("credentials", await insertUser(), { kind: "none" });
    await refuseToRecord(action);
    await expect(commit(attempt)).rejects.toMatchObject({ code: "53100" });
    expect([await sessions(), await events()]).toEqual([[], []]);
  });

  test("spends no link and proves no mailbox", async () => {
    const userId = await insertUser({ password_hash: "hash" });
    const { digest, provision } = await tokenOf(userId);
    await refuseToRecord("jwtTokenCreated");
    await expect(commit(await passedAttempt("token", userId, provision))).rejects.toThrow();
    expect((await findVerificationToken(postgres.db, "sign_in", digest))?.usedAt).toBeNull();
    expect(await findUserById(postgres.db, userId)).toMatchObject({ passwordHash: "hash", emailVerifiedAt: null });
  });

  test("makes no user", async () => {
    await refuseToRecord("jwtTokenCreated");
    await expect(commit(await passedAttempt("openid", null, newcomer("s-1")))).rejects.toThrow();
    expect(await findUserByIdentity(postgres.db, "openid", "s-1")).toBeNull();
    expect(await postgres.db.selectFrom("users").selectAll().execute()).toEqual([]);
  });
});

describe("a link by email", () => {
  test("that is used twice at the same moment signs in once; the other try is refused and leaves nothing", async () => {
    const userId = await insertUser();
    const { provision } = await tokenOf(userId);
    const tries = await Promise.all(
      Array.from({ length: 4 }, async () => commit(await passedAttempt("token", userId, provision))),
    );
    expect(tries.filter((refusal) => refusal === null)).toHaveLength(1);
    expect(tries.filter((refusal) => refusal?.reason === "used_token")).toHaveLength(3);
    expect(await sessions()).toHaveLength(1);
    expect(await actions()).toEqual(["jwtTokenCreated", "signedIn"]);
  });

  test("proves the mailbox: what was attached before goes, and a row says so", async () => {
    const userId = await insertUser({ password_hash: "planted" });
    await linkIdentity(postgres.db, { userId, provider: "openid", subject: "planted", at: AT });
    const { provision } = await tokenOf(userId);
    expect(await commit(await passedAttempt("token", userId, provision))).toBeNull();
    expect(await findUserById(postgres.db, userId)).toMatchObject({ passwordHash: null, emailVerifiedAt: AT });
    expect(await findUserByIdentity(postgres.db, "openid", "planted")).toBeNull();
    expect((await events()).find(({ action }) => action === "emailVerified")).toMatchObject({
      actor_id: userId,
      target_id: userId,
      status: "success",
      details: { removedPassword: true, removedProviders: 1 },
    });
  });

  test("to a mailbox that was proven before takes nothing away and says nothing of it", async () => {
    const userId = await insertUser({ password_hash: "hash", email_verified_at: AT });
    await commit(await passedAttempt("token", userId, (await tokenOf(userId)).provision));
    expect(await findUserById(postgres.db, userId)).toMatchObject({ passwordHash: "hash" });
    expect(await actions()).toEqual(["jwtTokenCreated", "signedIn"]);
  });

  test("of somebody who was disabled after the gates stays unspent", async () => {
    const userId = await insertUser({ password_hash: "hash" });
    const { digest, provision } = await tokenOf(userId);
    const attempt = await passedAttempt("token", userId, provision);
    await postgres.db.updateTable("users").set({ disabled_at: now() }).where("id", "=", userId).execute();
    expect(await commit(attempt)).toMatchObject({ reason: "account_disabled" });
    expect((await findVerificationToken(postgres.db, "sign_in", digest))?.usedAt).toBeNull();
    expect(await findUserById(postgres.db, userId)).toMatchObject({ passwordHash: "hash", emailVerifiedAt: null });
    expect(await events()).toEqual([]);
  });
});

/** The view that a reviewer asks: how did this person actually sign in? */
import { sql } from "kysely";
import { afterEach, describe, expect, test } from "vitest";
import type { EventInput } from "@/audit/catalogue";
import { eventRow } from "@/audit/event";
import { insertEvents } from "@/audit/events.store.server";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

afterEach(async () => {
  await postgres.db.deleteFrom("users").execute();
  await postgres.db.transaction().execute(async (tx) => {
    await sql`set local gatebook.maintenance = 'on'`.execute(tx);
    await tx.deleteFrom("audit_events").execute();
  });
});

async function insertUser(email: string): Promise<string> {
  const id = newId();
  await postgres.db.insertInto("users").values({ id, email }).execute();
  return id;
}

const record = (...events: EventInput[]) => insertEvents(postgres.db, events.map(eventRow));

function attempt(
  facts: Partial<EventInput> & { at: string; userId?: string; reason?: "wrong_password" | "unknown_user" },
) {
  const { at, userId, reason, ...rest } = facts;
  return {
    action: "signedIn",
    ...(reason ? { status: "failure", failureReason: reason } : { status: "success" }),
    actor: reason || !userId ? { type: "anonymous" } : { type: "user", id: userId },
    target: userId ? { type: "user", id: userId } : null,
    authMethod: "password",
    provider: "credentials",
    occurredAt: new Date(at),
    details: {},
    ...rest,
  } as EventInput;
}

/** The question of the contract, word for word. */
async function howDid(email: string) {
  const { rows } = await sql`
    select occurred_at, status, auth_method, provider, second_factor, failure_reason, ip from sign_ins
     where email = ${email} order by occurred_at`.execute(postgres.db);
  return rows;
}

describe("the view sign_ins", () => {
  test("answers how somebody signed in, by method and provider, failures included", async () => {
    const alice = await insertUser("alice@example.com");
    const bob = await insertUser("bob@example.com");
    await record(
      attempt({ at: "2026-03-04T05:00:00Z", userId: alice, reason: "wrong_password" }),
      attempt({ at: "2026-03-04T05:01:00Z", userId: alice, secondFactor: "totp" }),
      attempt({ at: "2026-03-04T05:02:00Z", userId: alice, authMethod: "sso", provider: "openid" }),
      attempt({ at: "2026-03-04T05:03:00Z", userId: alice, authMethod: "email_verification", provider: "token" }),
      attempt({ at: "2026-03-04T05:04:00Z", userId: bob }),
    );
    const row = (minute: number, facts: object) => ({
      occurred_at: new Date(`2026-03-04T05:0${minute}:00Z`),
      status: "success",
      auth_method: "password",
      provider: "credentials",
      second_factor: null,
      failure_reason: null,
      ip: null,
      ...facts,
    });
    expect(await howDid("alice@example.com")).toEqual([
      row(0, { status: "failure", failure_reason: "wrong_password" }),
      row(1, { second_factor: "totp" }),
      row(2, { auth_method: "sso", provider: "openid" }),
      row(3, { auth_method: "email_verification", provider: "token" }),
    ]);
  });

  test("has one row an attempt: not one for its token, its link or its sign-out", async () => {
    const alice = await insertUser("alice@example.com");
    const common = {
      status: "success",
      actor: { type: "user", id: alice },
      target: { type: "user", id: alice },
    } as const;
    await record(
      attempt({ at: "2026-03-04T05:00:00Z", userId: alice }),
      { ...common, action: "jwtTokenCreated", details: { trigger: "signIn" } },
      { ...common, action: "signedOut", details: {} },
      { ...common, action: "signInLinkRequested", details: {}, claimedEmail: "alice@example.com" },
      { ...common, action: "accessDenied", status: "failure", failureReason: "no_session", details: {} },
    );
    expect(await howDid("alice@example.com")).toHaveLength(1);
    expect((await sql`select 1 from sign_ins`.execute(postgres.db)).rows).toHaveLength(1);
  });

  test("shows an attempt against no account under what was typed, and without a user", async () => {
    await record(
      attempt({ at: "2026-03-04T05:00:00Z", reason: "unknown_user", claimedEmail: "nobody@example.com" }),
      attempt({ at: "2026-03-04T05:01:00Z", reason: "unknown_user", claimedEmail: null }),
    );
    expect(await howDid("nobody@example.com")).toMatchObject([{ status: "failure", failure_reason: "unknown_user" }]);
    const { rows } = await sql`select user_id, email, claimed_email from sign_ins order by occurred_at`.execute(
      postgres.db,
    );
    expect(rows).toEqual([
      { user_id: null, email: "nobody@example.com", claimed_email: "nobody@example.com" },
      { user_id: null, email: null, claimed_email: null },
    ]);
  });

  test("does not show under a typed address what was tried against another account", async () => {
    const alice = await insertUser("alice@example.com");
    await record(
      attempt({
        at: "2026-03-04T05:00:00Z",
        userId: alice,
        reason: "wrong_password",
        claimedEmail: "typed@example.com",
      }),
    );
    expect(await howDid("typed@example.com")).toEqual([]);
    expect(await howDid("alice@example.com")).toHaveLength(1);
  });

  test("follows an account to its address of today", async () => {
    const alice = await insertUser("alice@example.com");
    await record(attempt({ at: "2026-03-04T05:00:00Z", userId: alice, claimedEmail: "alice@example.com" }));
    await postgres.db.updateTable("users").set({ email: "alice@new.example" }).where("id", "=", alice).execute();
    expect(await howDid("alice@example.com")).toEqual([]);
    expect(await howDid("alice@new.example")).toHaveLength(1);
  });

  test("keeps the attempts of an account that is gone", async () => {
    const alice = await insertUser("alice@example.com");
    await record(attempt({ at: "2026-03-04T05:00:00Z", userId: alice, claimedEmail: "alice@example.com" }));
    await postgres.db.deleteFrom("users").execute();
    const { rows } = await sql`select user_id, email, claimed_email, status from sign_ins`.execute(postgres.db);
    expect(rows).toEqual([{ user_id: alice, email: null, claimed_email: "alice@example.com", status: "success" }]);
  });

  test("reaches an index for an address, both for accounts and for typed ones", async () => {
    const alice = await insertUser("alice@example.com");
    await record(attempt({ at: new Date().toISOString(), userId: alice }));
    // Of so many attempts that the planner has something to choose by.
    await sql`
      insert into audit_events (id, occurred_at, action, status, failure_reason, actor_type, target_type, target_id,
                                auth_method, provider, claimed_email)
      select gen_random_uuid(), now() - number * interval '1 millisecond', 'signedIn', 'failure', 'wrong_password', 'anonymous',
             case when number % 2 = 0 then 'user' end, case when number % 2 = 0 then gen_random_uuid() end,
             'password', 'credentials', 'somebody-' || number || '@example.com'
        from generate_series(1, 5000) number`.execute(postgres.db);
    await sql`analyze audit_events`.execute(postgres.db);
    const { rows } = await sql<{ "QUERY PLAN": string }>`
      explain select occurred_at from sign_ins where email = 'alice@example.com'`.execute(postgres.db);
    // Of a month without rows any way is as good as another.
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    const month = `audit_events_${new Date().toISOString().slice(0, 7).replace("-", "_")}`;
    expect(plan).not.toContain(`Seq Scan on ${month}`);
    expect(plan).toContain(`${month}_target_id_occurred_at`);
    expect(plan).toContain(`${month}_claimed_email`);
  });
});

/** The first sign-in of an identity makes a user, once, and an equal address alone never opens an account that exists. */
import { beforeEach, describe, expect, test } from "vitest";
import { type Attempt, openAttempt, type Provision } from "@/auth/attempt/attempt";
import { commitSignIn } from "@/auth/attempt/commit.server";
import { findUserByEmail, findUserById, findUserByIdentity, linkIdentity } from "@/directory/users.store.server";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

let subject: string;
let email: string;
beforeEach(() => {
  subject = newId();
  email = `${subject}@example.com`;
});

function newcomer(provider = "openid", own = subject, address = email): Attempt {
  const provision: Provision = { kind: "create_user", subject: own, email: address, name: "New" };
  return { ...openAttempt(provider), provision, passed: true, claimedEmail: address };
}

const commit = (attempt: Attempt) => commitSignIn(attempt, newId(), postgres.db);

const eventsOf = (userId: string) =>
  postgres.db.selectFrom("audit_events").selectAll().where("actor_id", "=", userId).orderBy("id").execute();
const sessionsOf = (userId: string) =>
  postgres.db.selectFrom("sessions").selectAll().where("user_id", "=", userId).execute();
const total = async () => {
  const count = (table: "users" | "sessions" | "audit_events" | "accounts") =>
    postgres.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<string>().as("rows"))
      .executeTakeFirstOrThrow();
  return Promise.all(
    (["users", "sessions", "audit_events", "accounts"] as const).map(async (t) => (await count(t)).rows),
  );
};

describe("the first sign-in of an identity", () => {
  test("makes a verified user without a password, links the identity, and says all of it in the book", async () => {
    const attempt = newcomer();
    expect(await commit(attempt)).toBeNull();
    const user = await findUserByIdentity(postgres.db, "openid", subject);
    expect(user).toMatchObject({ email, passwordHash: null, emailVerifiedAt: expect.any(Date), disabledAt: null });
    const userId = user?.id ?? "";
    expect((await eventsOf(userId)).map(({ action }) => action).sort()).toEqual([
      "jwtTokenCreated",
      "providerLinked",
      "signedIn",
    ]);
    const made = await postgres.db.selectFrom("audit_events").selectAll().where("target_id", "=", userId).execute();
    expect(made.find(({ action }) => action === "userCreated")).toMatchObject({
      actor_type: "system",
      provider: "openid",
      details: { via: "sso" },
    });
    const token = (await eventsOf(userId)).find(({ action }) => action === "jwtTokenCreated");
    expect(token?.details).toEqual({ trigger: "signUp" });
  });

  test("twice at the same moment makes one user, and both are signed in", async () => {
    expect(await Promise.all([commit(newcomer()), commit(newcomer())])).toEqual([null, null]);
    const user = await findUserByIdentity(postgres.db, "openid", subject);
    const userId = user?.id ?? "";
    expect(await sessionsOf(userId)).toHaveLength(2);
    const actions = (await eventsOf(userId)).map(({ action }) => action).sort();
    expect(actions).toEqual(["jwtTokenCreated", "jwtTokenCreated", "providerLinked", "signedIn", "signedIn"]);
    const made = await postgres.db
      .selectFrom("audit_events")
      .select("id")
      .where("action", "=", "userCreated")
      .where("target_id", "=", userId)
      .execute();
    expect(made).toHaveLength(1);
  });

  test("eight times at the same moment still makes one user", async () => {
    const tries = await Promise.all(Array.from({ length: 8 }, () => commit(newcomer())));
    expect(tries).toEqual(Array.from({ length: 8 }, () => null));
    const users = await postgres.db.selectFrom("users").select("id").where("email", "=", email).execute();
    expect(users).toHaveLength(1);
    expect(await sessionsOf(users[0]?.id ?? "")).toHaveLength(8);
  });
});

describe("an address that is taken by the time of the commit", () => {
  test("by another identity at the same moment: one is in, the other is not linked and leaves nothing", async () => {
    const [first, second] = [newId(), newId()];
    const tries = await Promise.all([commit(newcomer("openid", first)), commit(newcomer("openid", second))]);
    const reasons = tries.map((refusal) => refusal?.reason ?? "signed in").sort();
    expect(reasons).toEqual(["account_not_linked", "signed in"]);
    const user = await findUserByEmail(postgres.db, email);
    expect(await sessionsOf(user?.id ?? "")).toHaveLength(1);
    const links = await postgres.db
      .selectFrom("accounts")
      .selectAll()
      .where("user_id", "=", user?.id ?? "")
      .execute();
    expect(links).toHaveLength(1);
  });

  test.each(["by the same subject at another provider", "by a local account"])(
    "%s: refused, and nothing is left",
    async (by) => {
      if (by.includes("provider")) await commit(newcomer("github"));
      else await postgres.db.insertInto("users").values({ id: newId(), email, password_hash: "hash" }).execute();
      const [user, before] = [await findUserByEmail(postgres.db, email), await total()];
      expect(await commit(newcomer("openid"))).toEqual({ reason: "account_not_linked", gate: "credentials" });
      expect(await total()).toEqual(before);
      expect(await findUserByEmail(postgres.db, email)).toEqual(user);
      expect(await findUserByIdentity(postgres.db, "openid", subject)).toBeNull();
    },
  );

  test("by the same identity, whose user has been disabled since: refused as disabled", async () => {
    await commit(newcomer());
    await postgres.db.updateTable("users").set({ disabled_at: new Date() }).where("email", "=", email).execute();
    const before = await total();
    expect(await commit(newcomer())).toMatchObject({ reason: "account_disabled" });
    expect(await total()).toEqual(before);
  });
});

test("a known identity signs in as its user whatever address it brings, and its last use is noted", async () => {
  const userId = newId();
  await postgres.db.insertInto("users").values({ id: userId, email, email_verified_at: new Date() }).execute();
  await linkIdentity(postgres.db, { userId, provider: "openid", subject, at: new Date("2025-01-01T00:00:00Z") });
  const account = await findUserById(postgres.db, userId);
  const attempt = { ...openAttempt("openid"), account, passed: true, claimedEmail: "other@example.com" };
  expect(await commit({ ...attempt, provision: { kind: "use_identity", subject } })).toBeNull();
  const link = await postgres.db.selectFrom("accounts").selectAll().where("user_id", "=", userId).executeTakeFirst();
  expect(link?.last_used_at?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  expect((await eventsOf(userId)).find(({ action }) => action === "signedIn")).toMatchObject({
    target_id: userId,
    claimed_email: "other@example.com",
    auth_method: "sso",
    provider: "openid",
  });
});

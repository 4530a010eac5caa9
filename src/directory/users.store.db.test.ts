/** Users and identities: who signs in as whom, and what a proof of the mailbox takes away. */
import { afterEach, describe, expect, test } from "vitest";
import {
  findUserByEmail,
  findUserById,
  findUserByIdentity,
  insertVerifiedUser,
  linkIdentity,
  proveMailbox,
  touchIdentity,
} from "@/directory/users.store.server";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

const AT = new Date("2026-03-04T05:06:07Z");
const EARLIER = new Date("2025-01-01T00:00:00Z");

afterEach(async () => {
  for (const table of ["accounts", "memberships", "organizations", "users"] as const) {
    await postgres.db.deleteFrom(table).execute();
  }
});

type Facts = { password_hash?: string; email_verified_at?: Date; disabled_at?: Date };
async function insertUser(email: string, facts: Facts = {}): Promise<string> {
  const id = newId();
  await postgres.db
    .insertInto("users")
    .values({ id, email, ...facts })
    .execute();
  return id;
}

async function join(userId: string, slug: string, at: Date): Promise<string> {
  const id = newId();
  await postgres.db.insertInto("organizations").values({ id, slug, name: slug }).execute();
  const membership = { user_id: userId, organization_id: id, role: "member", created_at: at };
  await postgres.db.insertInto("memberships").values(membership).execute();
  return id;
}

describe("a user", () => {
  test("is found by email and by id with what sign-in needs, disabled and unverified ones included", async () => {
    const id = await insertUser("alice@example.com", { password_hash: "hash", disabled_at: AT });
    const expected = {
      id,
      email: "alice@example.com",
      passwordHash: "hash",
      emailVerifiedAt: null,
      disabledAt: AT,
      organizationId: null,
      instanceRole: null,
    };
    expect(await findUserByEmail(postgres.db, "alice@example.com")).toEqual(expected);
    expect(await findUserById(postgres.db, id)).toEqual(expected);
  });

  test("is not found by an address that only resembles theirs", async () => {
    await insertUser("alice@example.com");
    for (const email of [
      "Alice@example.com",
      "alice@example.com ",
      "alice@example.co",
      "%@example.com",
      "a_ice@example.com",
    ]) {
      expect(await findUserByEmail(postgres.db, email)).toBeNull();
    }
    expect(await findUserById(postgres.db, newId())).toBeNull();
  });

  test("belongs to the organization of their oldest membership", async () => {
    const id = await insertUser("alice@example.com");
    await join(id, "younger", AT);
    const oldest = await join(id, "oldest", EARLIER);
    expect((await findUserById(postgres.db, id))?.organizationId).toBe(oldest);
    expect((await findUserByEmail(postgres.db, "alice@example.com"))?.organizationId).toBe(oldest);
  });
});

describe("an identity at a provider", () => {
  test("is provider plus subject: neither of them alone finds anybody", async () => {
    const id = await insertUser("alice@example.com");
    await linkIdentity(postgres.db, { userId: id, provider: "openid", subject: "s-1", at: AT });
    expect((await findUserByIdentity(postgres.db, "openid", "s-1"))?.id).toBe(id);
    for (const [provider, subject] of [
      ["github", "s-1"],
      ["openid", "s-2"],
      ["openid", "S-1"],
      ["openid", ""],
    ] as const) {
      expect(await findUserByIdentity(postgres.db, provider, subject)).toBeNull();
    }
  });

  test("belongs to one user", async () => {
    const [alice, bob] = [await insertUser("alice@example.com"), await insertUser("bob@example.com")];
    await linkIdentity(postgres.db, { userId: alice, provider: "openid", subject: "s-1", at: AT });
    const second = linkIdentity(postgres.db, { userId: bob, provider: "openid", subject: "s-1", at: AT });
    await expect(second).rejects.toMatchObject({ code: "23505" });
  });

  test("remembers when it was last used", async () => {
    const id = await insertUser("alice@example.com");
    await linkIdentity(postgres.db, { userId: id, provider: "openid", subject: "s-1", at: EARLIER });
    await linkIdentity(postgres.db, { userId: id, provider: "github", subject: "s-1", at: EARLIER });
    await touchIdentity(postgres.db, "openid", "s-1", AT);
    const rows = await postgres.db
      .selectFrom("accounts")
      .select(["provider", "last_used_at"])
      .orderBy("provider")
      .execute();
    expect(rows).toEqual([
      { provider: "github", last_used_at: EARLIER },
      { provider: "openid", last_used_at: AT },
    ]);
  });
});

describe("a user that a provider has vouched for", () => {
  test("is made verified and without a password", async () => {
    const id = await insertVerifiedUser(postgres.db, { email: "new@example.com", name: "New", at: AT });
    expect(await findUserByEmail(postgres.db, "new@example.com")).toMatchObject({
      id,
      passwordHash: null,
      emailVerifiedAt: AT,
    });
  });

  test("is not made where the address is taken, and who has it stays as they are", async () => {
    const id = await insertUser("alice@example.com", { password_hash: "hash" });
    expect(await insertVerifiedUser(postgres.db, { email: "alice@example.com", name: "Mallory", at: AT })).toBeNull();
    expect(await findUserByEmail(postgres.db, "alice@example.com")).toMatchObject({
      id,
      emailVerifiedAt: null,
      passwordHash: "hash",
    });
  });

  test("is made once by eight tries at the same moment", async () => {
    const tries = await Promise.all(
      Array.from({ length: 8 }, () =>
        insertVerifiedUser(postgres.db, { email: "new@example.com", name: null, at: AT }),
      ),
    );
    expect(tries.filter((id) => id !== null)).toHaveLength(1);
  });
});

describe("the proof of a mailbox", () => {
  test("takes away the password and the identities that were attached before it, and no one else's", async () => {
    const alice = await insertUser("alice@example.com", { password_hash: "planted" });
    const bob = await insertUser("bob@example.com", { password_hash: "his own", email_verified_at: EARLIER });
    await linkIdentity(postgres.db, { userId: alice, provider: "openid", subject: "planted", at: EARLIER });
    await linkIdentity(postgres.db, { userId: alice, provider: "github", subject: "planted", at: EARLIER });
    await linkIdentity(postgres.db, { userId: bob, provider: "openid", subject: "bob", at: EARLIER });
    expect(await proveMailbox(postgres.db, alice, AT)).toEqual({ removedPassword: true, removedProviders: 2 });
    expect(await findUserById(postgres.db, alice)).toMatchObject({ passwordHash: null, emailVerifiedAt: AT });
    expect(await findUserByIdentity(postgres.db, "openid", "planted")).toBeNull();
    expect(await findUserById(postgres.db, bob)).toMatchObject({ passwordHash: "his own", emailVerifiedAt: EARLIER });
    expect((await findUserByIdentity(postgres.db, "openid", "bob"))?.id).toBe(bob);
  });

  test("that has nothing to take away says so", async () => {
    const id = await insertUser("alice@example.com");
    expect(await proveMailbox(postgres.db, id, AT)).toEqual({ removedPassword: false, removedProviders: 0 });
  });

  test("of a mailbox that was proven before changes nothing", async () => {
    const id = await insertUser("alice@example.com", { password_hash: "hash", email_verified_at: EARLIER });
    await linkIdentity(postgres.db, { userId: id, provider: "openid", subject: "s", at: EARLIER });
    expect(await proveMailbox(postgres.db, id, AT)).toBeNull();
    expect(await findUserById(postgres.db, id)).toMatchObject({ passwordHash: "hash", emailVerifiedAt: EARLIER });
    expect(await findUserByIdentity(postgres.db, "openid", "s")).not.toBeNull();
  });
});

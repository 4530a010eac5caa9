/** Users and the provider identities that sign in as them. */
import "server-only";
import type { Database } from "@db/connect.server";
import { CompiledQuery, sql } from "kysely";
import { newId } from "@/platform/ids";

/** A user as sign-in needs them. */
export type SignInUser = {
  id: string;
  email: string;
  passwordHash: string | null;
  emailVerifiedAt: Date | null;
  disabledAt: Date | null;
  /** The organization of the oldest membership, or null. */
  organizationId: string | null;
  instanceRole: "admin" | "auditor" | null;
};

function selectSignInUser(db: Database) {
  return db
    .selectFrom("users")
    .select((eb) => [
      "users.id",
      "users.email",
      "users.password_hash as passwordHash",
      "users.email_verified_at as emailVerifiedAt",
      "users.disabled_at as disabledAt",
      "users.instance_role as instanceRole",
      eb
        .selectFrom("memberships")
        .select("organization_id")
        .whereRef("memberships.user_id", "=", "users.id")
        .orderBy("created_at")
        .orderBy("organization_id")
        // In the text, so that what is asked for is the only parameter.
        .limit(sql.lit(1))
        .as("organizationId"),
    ])
    .$narrowType<{ instanceRole: SignInUser["instanceRole"] }>();
}

let byEmail: string | undefined;

/**
 * Every sign-in with a password asks for this: it is put together once, and planned once per connection.
 * @param email normalized
 */
export async function findUserByEmail(db: Database, email: string): Promise<SignInUser | null> {
  byEmail ??= `/* prepared user-by-email */ ${selectSignInUser(db).where("users.email", "=", email).compile().sql}`;
  const query = CompiledQuery.raw(byEmail, [email]) as CompiledQuery<SignInUser>;
  return (await db.executeQuery(query)).rows[0] ?? null;
}

export async function findUserById(db: Database, id: string): Promise<SignInUser | null> {
  return (await selectSignInUser(db).where("users.id", "=", id).executeTakeFirst()) ?? null;
}

/** The user that an identity at a provider (provider plus subject) signs in as. */
export async function findUserByIdentity(db: Database, provider: string, subject: string): Promise<SignInUser | null> {
  const row = await selectSignInUser(db)
    .innerJoin("accounts", "accounts.user_id", "users.id")
    .where("accounts.provider", "=", provider)
    .where("accounts.provider_account_id", "=", subject)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Creates a user whose email a provider has verified. Answers null when the email is taken.
 * @param user.email normalized
 */
export async function insertVerifiedUser(
  db: Database,
  user: { email: string; name: string | null; at: Date },
): Promise<string | null> {
  const row = await db
    .insertInto("users")
    .values({ id: newId(), email: user.email, name: user.name, email_verified_at: user.at, created_at: user.at })
    .onConflict((conflict) => conflict.column("email").doNothing())
    .returning("id")
    .executeTakeFirst();
  return row?.id ?? null;
}

/**
 * Creates a user who has no way in yet: no password, no identity, an unproven email. Answers null when the email is taken.
 * @param user.email normalized
 */
export async function insertUser(
  db: Database,
  user: { email: string; name: string | null; instanceRole: "admin" | "auditor" | null; at: Date },
): Promise<string | null> {
  const row = await db
    .insertInto("users")
    .values({
      id: newId(),
      email: user.email,
      name: user.name,
      instance_role: user.instanceRole,
      created_at: user.at,
      updated_at: user.at,
    })
    .onConflict((conflict) => conflict.column("email").doNothing())
    .returning("id")
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Until the transaction ends, nobody else makes a user for the same identity. */
export async function lockIdentity(db: Database, provider: string, subject: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${provider} ${subject}`}, 0))`.execute(db);
}

/** @param identity.used whether somebody signs in by it now; an identity that is linked ahead was never used */
export async function linkIdentity(
  db: Database,
  { used = true, ...identity }: { userId: string; provider: string; subject: string; at: Date; used?: boolean },
): Promise<string> {
  const id = newId();
  await db
    .insertInto("accounts")
    .values({
      id,
      user_id: identity.userId,
      provider: identity.provider,
      provider_account_id: identity.subject,
      created_at: identity.at,
      last_used_at: used ? identity.at : null,
    })
    .execute();
  return id;
}

/** Whose identity it is, and the id of its account; null when it signs nobody in. */
export async function findIdentity(
  db: Database,
  provider: string,
  subject: string,
): Promise<{ id: string; userId: string } | null> {
  const row = await db
    .selectFrom("accounts")
    .select(["id", "user_id as userId"])
    .where("provider", "=", provider)
    .where("provider_account_id", "=", subject)
    .executeTakeFirst();
  return row ?? null;
}

/** Unlinks one of a user's identities; what its provider gave goes with it. Answers whether it was there. */
export async function unlinkIdentity(db: Database, userId: string, accountId: string): Promise<boolean> {
  const row = await db
    .deleteFrom("accounts")
    .where("id", "=", accountId)
    .where("user_id", "=", userId)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * A user whose ways in are about to change, locked until the transaction ends: of two changes at once, the second meets
 * what the first left.
 */
export async function lockSignInUser(db: Database, id: string): Promise<SignInUser | null> {
  await db.selectFrom("users").select("id").where("id", "=", id).forUpdate().execute();
  return findUserById(db, id);
}

/** Notes that an identity was used. Answers the id of its account, or null when it is not there any more. */
export async function touchIdentity(db: Database, provider: string, subject: string, at: Date): Promise<string | null> {
  const row = await db
    .updateTable("accounts")
    .set({ last_used_at: at })
    .where("provider", "=", provider)
    .where("provider_account_id", "=", subject)
    .returning("id")
    .executeTakeFirst();
  return row?.id ?? null;
}

/**
 * Marks a mailbox as proven and removes every credential that was attached before the proof: whoever attached them
 * had not shown that the address is theirs. Answers null when the mailbox was proven already.
 */
export async function proveMailbox(
  db: Database,
  userId: string,
  at: Date,
): Promise<{ removedPassword: boolean; removedProviders: number } | null> {
  const before = await db
    .selectFrom("users")
    .select(["password_hash", "email_verified_at"])
    .where("id", "=", userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (before.email_verified_at) return null;
  await db
    .updateTable("users")
    .set({ email_verified_at: at, password_hash: null, updated_at: at })
    .where("id", "=", userId)
    .execute();
  const removed = await db.deleteFrom("accounts").where("user_id", "=", userId).executeTakeFirst();
  return { removedPassword: before.password_hash !== null, removedProviders: Number(removed.numDeletedRows) };
}

/** The name of a user, locked until the transaction ends. */
export async function lockName(db: Database, userId: string): Promise<{ name: string | null } | null> {
  const row = await db.selectFrom("users").select("name").where("id", "=", userId).forNoKeyUpdate().executeTakeFirst();
  return row ?? null;
}

/** @param name null where the person gives none */
export async function renameUser(db: Database, userId: string, name: string | null, at: Date): Promise<void> {
  await db.updateTable("users").set({ name, updated_at: at }).where("id", "=", userId).execute();
}

export type Identity = { id: string; provider: string; addedAt: Date; lastUsedAt: Date | null };

/** The identities at providers that sign in as a user, the oldest first. */
export async function listIdentities(db: Database, userId: string): Promise<Identity[]> {
  return db
    .selectFrom("accounts")
    .select(["id", "provider", "created_at as addedAt", "last_used_at as lastUsedAt"])
    .where("user_id", "=", userId)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
}

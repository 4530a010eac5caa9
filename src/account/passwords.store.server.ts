/** The passwords of users, as hashes. */
import "server-only";
import type { Database } from "@db/connect.server";

export type StoredPassword = { passwordHash: string | null; changedAt: Date | null };

/** A user's password, locked until the transaction ends: of two changes at once, the second meets what the first left. */
export async function lockPassword(db: Database, userId: string): Promise<StoredPassword | null> {
  const row = await db
    .selectFrom("users")
    .select(["password_hash as passwordHash", "password_changed_at as changedAt"])
    .where("id", "=", userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export async function storePassword(db: Database, userId: string, passwordHash: string, at: Date): Promise<void> {
  await db
    .updateTable("users")
    .set({ password_hash: passwordHash, password_changed_at: at, updated_at: at })
    .where("id", "=", userId)
    .execute();
}

/** Whether a user has a password, and since when it has been this one. */
export async function findPasswordFacts(
  db: Database,
  userId: string,
): Promise<{ set: boolean; changedAt: Date | null }> {
  const row = await db
    .selectFrom("users")
    .select((eb) => [eb("password_hash", "is not", null).as("set"), "password_changed_at as changedAt"])
    .where("id", "=", userId)
    .executeTakeFirst();
  return row ? { set: Boolean(row.set), changedAt: row.set ? row.changedAt : null } : { set: false, changedAt: null };
}

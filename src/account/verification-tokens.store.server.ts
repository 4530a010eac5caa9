/** The rows of one-time links by email. */
import "server-only";
import type { Database } from "@db/connect.server";
import { newId } from "@/platform/ids";

/** What a link opens. A token of one purpose opens nothing of another. */
export type Purpose = "sign_in" | "invitation" | "password_reset" | "link_provider";

export type VerificationToken = { id: string; userId: string; expiresAt: Date; usedAt: Date | null };

export async function insertVerificationToken(
  db: Database,
  token: { purpose: Purpose; digest: Buffer; userId: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await db
    .insertInto("verification_tokens")
    .values({
      id: newId(),
      token_hash: token.digest,
      user_id: token.userId,
      purpose: token.purpose,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
    })
    .execute();
}

/** The token with this digest and purpose, spent and expired ones included: the log must be able to say which it was. */
export async function findVerificationToken(
  db: Database,
  purpose: Purpose,
  digest: Buffer,
): Promise<VerificationToken | null> {
  const row = await db
    .selectFrom("verification_tokens")
    .select(["id", "user_id as userId", "expires_at as expiresAt", "used_at as usedAt"])
    .where("token_hash", "=", digest)
    .where("purpose", "=", purpose)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Spends a token and every other unspent one of its user and purpose. The user's row is locked first, so that two links of one
 * person wait for each other instead of for each other's rows.
 */
export async function spendVerificationToken(
  db: Database,
  id: string,
  at: Date,
): Promise<"spent" | "used" | "expired"> {
  await db
    .selectFrom("users")
    .select("id")
    .where("id", "=", (eb) => eb.selectFrom("verification_tokens").select("user_id").where("id", "=", id))
    .forUpdate()
    .execute();
  const spent = await db
    .updateTable("verification_tokens")
    .set({ used_at: at })
    .where("id", "=", id)
    .where("used_at", "is", null)
    .where("expires_at", ">", at)
    .returning(["user_id", "purpose"])
    .executeTakeFirst();
  if (!spent) {
    const token = await db.selectFrom("verification_tokens").select("used_at").where("id", "=", id).executeTakeFirst();
    return token && token.used_at === null ? "expired" : "used";
  }
  await db
    .updateTable("verification_tokens")
    .set({ used_at: at })
    .where("user_id", "=", spent.user_id)
    .where("purpose", "=", spent.purpose)
    .where("used_at", "is", null)
    .execute();
  return "spent";
}

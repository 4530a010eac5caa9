/** The rows of one-time sign-in links. */
import "server-only";
import type { Database } from "@db/connect.server";
import { newId } from "@/platform/ids";

export type SignInToken = { id: string; userId: string; expiresAt: Date; usedAt: Date | null };

export async function insertSignInToken(
  db: Database,
  token: { digest: Buffer; userId: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await db
    .insertInto("verification_tokens")
    .values({
      id: newId(),
      token_hash: token.digest,
      user_id: token.userId,
      purpose: "sign_in",
      created_at: token.createdAt,
      expires_at: token.expiresAt,
    })
    .execute();
}

/** The token with this digest, spent and expired ones included: the log must be able to say which it was. */
export async function findSignInToken(db: Database, digest: Buffer): Promise<SignInToken | null> {
  const row = await db
    .selectFrom("verification_tokens")
    .select(["id", "user_id as userId", "expires_at as expiresAt", "used_at as usedAt"])
    .where("token_hash", "=", digest)
    .where("purpose", "=", "sign_in")
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Spends a token and every other unspent one of its user. The user's row is locked first, so that two links of one
 * person wait for each other instead of for each other's rows.
 */
export async function spendSignInToken(db: Database, id: string, at: Date): Promise<"spent" | "used" | "expired"> {
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
    .returning("user_id")
    .executeTakeFirst();
  if (!spent) {
    const token = await db.selectFrom("verification_tokens").select("used_at").where("id", "=", id).executeTakeFirst();
    return token && token.used_at === null ? "expired" : "used";
  }
  await db
    .updateTable("verification_tokens")
    .set({ used_at: at })
    .where("user_id", "=", spent.user_id)
    .where("purpose", "=", "sign_in")
    .where("used_at", "is", null)
    .execute();
  return "spent";
}

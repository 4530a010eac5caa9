/** The rows of one-time links by email. */
import "server-only";
import type { Database } from "@db/connect.server";
import { newId } from "@/platform/ids";

/** What a link opens. A token of one purpose opens nothing of another. */
export type Purpose = "sign_in" | "password_reset" | "link_provider";

type TokenFacts = { id: string; expiresAt: Date; usedAt: Date | null };
export type VerificationToken = TokenFacts & { userId: string };
export type InvitationToken = TokenFacts & { invitationId: string };

type NewToken = { digest: Buffer; createdAt: Date; expiresAt: Date };

export async function insertVerificationToken(
  db: Database,
  token: NewToken & { purpose: Purpose; userId: string },
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
    .where("user_id", "is not", null)
    .$narrowType<{ userId: string }>()
    .executeTakeFirst();
  return row ?? null;
}

/** Makes a token that accepts an invitation, in the place of those that were mailed before. */
export async function replaceInvitationToken(
  db: Database,
  { invitationId, digest, createdAt, expiresAt }: NewToken & { invitationId: string },
): Promise<void> {
  await spendRest(db, "invitation_id", invitationId, "invitation", createdAt);
  await db
    .insertInto("verification_tokens")
    .values({
      id: newId(),
      token_hash: digest,
      invitation_id: invitationId,
      purpose: "invitation",
      created_at: createdAt,
      expires_at: expiresAt,
    })
    .execute();
}

/** The same as {@link findVerificationToken} of a token that accepts an invitation. */
export async function findInvitationToken(db: Database, digest: Buffer): Promise<InvitationToken | null> {
  const row = await db
    .selectFrom("verification_tokens")
    .select(["id", "invitation_id as invitationId", "expires_at as expiresAt", "used_at as usedAt"])
    .where("token_hash", "=", digest)
    .where("invitation_id", "is not", null)
    .$narrowType<{ invitationId: string }>()
    .executeTakeFirst();
  return row ?? null;
}

/** Spends what is left of the tokens of one bearer and purpose. */
async function spendRest(
  db: Database,
  bearer: "user_id" | "invitation_id",
  id: string,
  purpose: string,
  at: Date,
): Promise<void> {
  await db
    .updateTable("verification_tokens")
    .set({ used_at: at })
    .where(bearer, "=", id)
    .where("purpose", "=", purpose)
    .where("used_at", "is", null)
    .execute();
}

/**
 * Spends a token and every other unspent one of its user (or invitation) and purpose. The user's row is locked first, so that two links of one
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
    .returning(["user_id", "invitation_id", "purpose"])
    .executeTakeFirst();
  if (!spent) {
    const token = await db.selectFrom("verification_tokens").select("used_at").where("id", "=", id).executeTakeFirst();
    return token && token.used_at === null ? "expired" : "used";
  }
  const { user_id: userId, invitation_id: invitationId, purpose } = spent;
  if (userId !== null) await spendRest(db, "user_id", userId, purpose, at);
  if (invitationId !== null) await spendRest(db, "invitation_id", invitationId, purpose, at);
  return "spent";
}

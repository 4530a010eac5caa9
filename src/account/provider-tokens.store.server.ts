/** The rows of provider tokens, one for each identity at a provider. What is in them is sealed: see provider-tokens.ts. */
import "server-only";
import type { Database, Tx } from "@db/connect.server";
import type { ProviderTokens as Row } from "@db/schema";
import { type Selectable, sql } from "kysely";
import type { SealedTokens } from "@/account/provider-tokens";

export type StoredTokens = SealedTokens & { accountId: string; obtainedAt: Date; refreshDeadAt: Date | null };

function stored(row: Selectable<Row>): StoredTokens {
  return {
    accountId: row.account_id,
    access: { keyId: row.access_token_key, box: row.access_token },
    refresh:
      row.refresh_token && row.refresh_token_key ? { keyId: row.refresh_token_key, box: row.refresh_token } : null,
    expiresAt: row.expires_at,
    obtainedAt: row.obtained_at,
    refreshDeadAt: row.refresh_dead_at,
  };
}

/** The tokens of the identity at the provider that a user signed in with last. Null when that one has none. */
export async function findTokensOfUser(db: Database, userId: string, provider: string): Promise<StoredTokens | null> {
  const row = await db
    .selectFrom("provider_tokens")
    .selectAll()
    .where("account_id", "=", (eb) =>
      eb
        .selectFrom("accounts")
        .select("id")
        .where("user_id", "=", userId)
        .where("provider", "=", provider)
        .orderBy("last_used_at", (order) => order.desc().nullsLast())
        .orderBy("id", "desc")
        .limit(1),
    )
    .executeTakeFirst();
  return row ? stored(row) : null;
}

/** The same of one identity; until the transaction ends nobody else refreshes them. */
export async function lockTokens(tx: Tx, accountId: string): Promise<StoredTokens | null> {
  const row = await tx
    .selectFrom("provider_tokens")
    .selectAll()
    .where("account_id", "=", accountId)
    .forUpdate()
    .executeTakeFirst();
  return row ? stored(row) : null;
}

/**
 * Puts what a provider gave in the place of what was there. Where it gave no refresh token, the one that is there is
 * kept: providers that do not rotate, and those that give one at the first consent only, mean it to be used on.
 */
export async function putTokens(
  db: Database,
  accountId: string,
  tokens: SealedTokens,
  by: "sign_in" | "refresh",
  at: Date,
): Promise<void> {
  const refreshedAt = by === "refresh" ? at : null;
  await sql`
    insert into provider_tokens as present
           (account_id, access_token, access_token_key, refresh_token, refresh_token_key, expires_at, obtained_at, refreshed_at)
    values (${accountId}, ${tokens.access.box}, ${tokens.access.keyId}, ${tokens.refresh?.box ?? null},
            ${tokens.refresh?.keyId ?? null}, ${tokens.expiresAt}, ${at}, ${refreshedAt})
    on conflict (account_id) do update set
      access_token = excluded.access_token,
      access_token_key = excluded.access_token_key,
      refresh_token = coalesce(excluded.refresh_token, present.refresh_token),
      refresh_token_key = coalesce(excluded.refresh_token_key, present.refresh_token_key),
      expires_at = excluded.expires_at,
      obtained_at = excluded.obtained_at,
      refreshed_at = coalesce(excluded.refreshed_at, present.refreshed_at),
      refresh_dead_at = case when excluded.refresh_token is null then present.refresh_dead_at end`.execute(db);
}

/** Notes that the refresh token is of no use any more. */
export async function markRefreshDead(tx: Tx, accountId: string, at: Date): Promise<void> {
  await tx.updateTable("provider_tokens").set({ refresh_dead_at: at }).where("account_id", "=", accountId).execute();
}

function underOtherKeys(db: Database, keyId: string) {
  return db
    .selectFrom("provider_tokens")
    .where((eb) => eb.or([eb("access_token_key", "<>", keyId), eb("refresh_token_key", "<>", keyId)]));
}

/**
 * Up to `limit` rows, in the order of their accounts, that are not wholly under the key; locked until the transaction
 * ends. Rows that somebody else holds are passed over.
 */
export async function lockUnderOtherKeys(
  tx: Tx,
  keyId: string,
  after: string | null,
  limit: number,
): Promise<StoredTokens[]> {
  const rows = await underOtherKeys(tx, keyId)
    .selectAll()
    .$if(after !== null, (query) => query.where("account_id", ">", after))
    .orderBy("account_id")
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map(stored);
}

export async function countUnderOtherKeys(db: Database, keyId: string): Promise<number> {
  const { count } = await underOtherKeys(db, keyId)
    .select((eb) => eb.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Puts the same tokens under another key: nothing else of the rows changes. */
export async function putResealed(
  tx: Tx,
  rows: readonly (SealedTokens & { accountId: string })[],
  keyId: string,
): Promise<void> {
  const [ids, access, refresh] = [
    rows.map(({ accountId }) => accountId),
    rows.map((row) => row.access.box),
    rows.map((row) => row.refresh?.box ?? null),
  ];
  await sql`
    update provider_tokens present
       set access_token = fresh.access, access_token_key = ${keyId},
           refresh_token = fresh.refresh, refresh_token_key = case when fresh.refresh is not null then ${keyId} end
      from unnest(${ids}::uuid[], ${access}::bytea[], ${refresh}::bytea[]) fresh (id, access, refresh)
     where present.account_id = fresh.id`.execute(tx);
}

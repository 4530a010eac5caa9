/** Puts every stored provider token under the key that writes now. Safe to run twice, and while the servers serve. */
import "server-only";
import type { Database } from "@db/connect.server";
import { openAccessToken, openRefreshToken, type SealedTokens, sealTokens } from "@/account/provider-tokens";
import {
  countUnderOtherKeys,
  lockUnderOtherKeys,
  putResealed,
  type StoredTokens,
} from "@/account/provider-tokens.store.server";
import { recordInTransaction } from "@/audit/record.server";
import { type KeyRing, UnsealError } from "@/platform/key-ring";

export type Rotated = {
  /** Rows that are under the first key now. */
  rows: number;
  /** Rows that no key of the ring opens: they stay as they are. */
  unreadable: number;
  /** Rows that were in use, or written under an older key meanwhile. */
  left: number;
};

const BATCH = 500;

function resealed(ring: KeyRing, row: StoredTokens): (SealedTokens & { accountId: string }) | null {
  const { accountId, access, refresh, expiresAt } = row;
  try {
    const accessToken = openAccessToken(ring, accountId, access);
    const refreshToken = refresh ? openRefreshToken(ring, accountId, refresh) : null;
    return { accountId, ...sealTokens(ring, accountId, { accessToken, refreshToken, expiresAt }) };
  } catch (error) {
    if (error instanceof UnsealError) return null;
    throw error;
  }
}

/** One batch and its row in the book, in one transaction. `last` is null when there was nothing more. */
async function rotateBatch(db: Database, ring: KeyRing, after: string | null, limit: number) {
  return db.transaction().execute(async (tx) => {
    const rows = await lockUnderOtherKeys(tx, ring.writes, after, limit);
    const fresh = rows.map((row) => resealed(ring, row)).filter((row) => row !== null);
    if (fresh.length > 0) {
      await putResealed(tx, fresh, ring.writes);
      await recordInTransaction(tx, [
        {
          action: "keysRotated",
          status: "success",
          actor: { type: "system" },
          details: { keyId: ring.writes, rows: fresh.length },
        },
      ]);
    }
    return { rows: fresh.length, unreadable: rows.length - fresh.length, last: rows.at(-1)?.accountId ?? null };
  });
}

/** @param onBatch is told how many rows are done */
export async function rotateKeys(
  db: Database,
  ring: KeyRing,
  onBatch: (rows: number) => void = () => {},
  batch = BATCH,
): Promise<Rotated> {
  let [rows, unreadable] = [0, 0];
  let after: string | null = null;
  for (;;) {
    const done = await rotateBatch(db, ring, after, batch);
    rows += done.rows;
    unreadable += done.unreadable;
    if (done.last === null) break;
    after = done.last;
    onBatch(rows);
  }
  const left = (await countUnderOtherKeys(db, ring.writes)) - unreadable;
  return { rows, unreadable, left: Math.max(0, left) };
}

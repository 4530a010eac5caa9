/** Puts all that is stored encrypted under the key that writes now. Safe to run twice, and while the servers serve. */
import "server-only";
import type { Database, Tx } from "@db/connect.server";
import { recordInTransaction } from "@/audit/record.server";
import { clientSecrets } from "@/auth/key-rotation/client-secrets.server";
import { providerTokens } from "@/auth/key-rotation/provider-tokens.server";
import type { KeyRing } from "@/platform/key-ring";

/** A table with something encrypted in it. */
export type Shelf = {
  /**
   * Puts up to `limit` rows after a place, in the order of their ids, under the key that writes. Rows that somebody else
   * holds, and rows that no key of the ring opens, stay as they are.
   * @returns how many are under it now, how many no key opens, and the last one that was looked at; null for none
   */
  rotate(tx: Tx, ring: KeyRing, after: string | null, limit: number): Promise<RotatedBatch>;
  countUnderOtherKeys(db: Database, keyId: string): Promise<number>;
};

export type RotatedBatch = { rows: number; unreadable: number; last: string | null };

const SHELVES: readonly Shelf[] = [providerTokens, clientSecrets];

export type Rotated = {
  /** Rows that are under the first key now. */
  rows: number;
  /** Rows that no key of the ring opens: they stay as they are. */
  unreadable: number;
  /** Rows that were in use, or written under an older key meanwhile. */
  left: number;
};

const BATCH = 500;

/** One batch and its row in the book, in one transaction. */
async function rotateBatch(db: Database, shelf: Shelf, ring: KeyRing, after: string | null, limit: number) {
  return db.transaction().execute(async (tx) => {
    const batch = await shelf.rotate(tx, ring, after, limit);
    if (batch.rows > 0) {
      await recordInTransaction(tx, [
        {
          action: "keysRotated",
          status: "success",
          actor: { type: "system" },
          details: { keyId: ring.writes, rows: batch.rows },
        },
      ]);
    }
    return batch;
  });
}

/** @param onBatch is told how many rows are done */
export async function rotateKeys(
  db: Database,
  ring: KeyRing,
  onBatch: (rows: number) => void = () => {},
  batch = BATCH,
): Promise<Rotated> {
  const total: Rotated = { rows: 0, unreadable: 0, left: 0 };
  for (const shelf of SHELVES) {
    let unreadable = 0;
    for (let after: string | null = null; ; ) {
      const done: RotatedBatch = await rotateBatch(db, shelf, ring, after, batch);
      total.rows += done.rows;
      unreadable += done.unreadable;
      if (done.last === null) break;
      after = done.last;
      onBatch(total.rows);
    }
    total.unreadable += unreadable;
    total.left += Math.max(0, (await shelf.countUnderOtherKeys(db, ring.writes)) - unreadable);
  }
  return total;
}

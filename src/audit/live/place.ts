/**
 * Where a reader of the growing book stands. Rows are read in the order of the transactions that recorded them, and only of
 * transactions before which all others are over: none is missed, and none comes twice. Pure.
 */

export type Place = {
  /** PostgreSQL's 64-bit transaction id. */
  transaction: bigint;
  id: string;
};

const FIRST_ID = "00000000-0000-0000-0000-000000000000";
const TEXT = /^(\d{1,19})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Before every row of a transaction. */
export function beforeTransaction(transaction: bigint): Place {
  return { transaction, id: FIRST_ID };
}

export function comparePlaces(one: Place, other: Place): number {
  if (one.transaction !== other.transaction) return one.transaction < other.transaction ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

export function placeText({ transaction, id }: Place): string {
  return `${transaction}.${id}`;
}

/** Null for what is not the text of a place. */
export function parsePlace(text: string): Place | null {
  const [, transaction, id] = TEXT.exec(text) ?? [];
  return transaction !== undefined && id !== undefined ? { transaction: BigInt(transaction), id } : null;
}

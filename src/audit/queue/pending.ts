/** Rows on their way to be durable, with the promise that their caller waits for. */
import type { EventRow } from "@/audit/event";
import { type Durable, NotDurable, type NotDurableReason, type Receipt } from "@/audit/queue/receipt";
import type { Entry } from "@/audit/queue/waiting";

export type Pending = Entry & {
  /** Whether the caller has its answer. */
  settled: boolean;
  readonly receipt: Receipt;
  readonly resolve: (durable: Durable) => void;
  readonly reject: (error: NotDurable) => void;
};

/** Takes the rows as they are now: what the caller does to them later is not recorded. */
export function pending(rows: readonly EventRow[]): Pending {
  const { promise, resolve, reject } = Promise.withResolvers<Durable>();
  // A caller that drops its receipt must not bring the process down; the refusal is counted all the same.
  promise.catch(() => {});
  const texts = rows.map((row) => JSON.stringify(row));
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  return {
    rows: texts,
    size,
    since: performance.now(),
    withdrawn: false,
    settled: false,
    receipt: { durable: promise },
    resolve,
    reject,
  };
}

export function rowsOf(entries: readonly Pending[]): string[] {
  return entries.flatMap((entry) => entry.rows);
}

export function rowCount(entries: readonly Pending[]): number {
  return entries.reduce((sum, entry) => sum + entry.rows.length, 0);
}

export function settle(entries: readonly Pending[], durable: Durable): void {
  for (const entry of entries) {
    entry.settled = true;
    entry.resolve(durable);
  }
}

/** Rejects the receipts; answers how many rows that were. */
export function refuse(entries: readonly Pending[], reason: NotDurableReason, message: string): number {
  for (const entry of entries) {
    entry.settled = true;
    entry.reject(new NotDurable(reason, message));
  }
  return rowCount(entries);
}

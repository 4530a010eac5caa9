/** What a caller of the queue gets: a promise of durability, and the one error that says there is none. */

/**
 * `committed`: in PostgreSQL. `journaled`: synced to the journal on this machine's disk, and replayed into PostgreSQL
 * once it is back.
 */
export type Durable = "committed" | "journaled";

/** Resolves when every row of the call is durable; rejects with {@link NotDurable} when that cannot be promised. */
export type Receipt = { durable: Promise<Durable> };

export type NotDurableReason =
  /** More rows wait than the queue holds, and this one's turn did not come in time. */
  | "overloaded"
  /** The database is away and there is no journal to write to. */
  | "journal_off"
  /** The database is away and the disk of the journal is full or failing. */
  | "journal_failing"
  /** The disk of the journal does not answer. The row may become durable all the same. */
  | "stalled"
  /** PostgreSQL refuses the row for what it holds; it lies in the quarantine file. */
  | "quarantined"
  /** PostgreSQL refuses the row for what it holds, and it could not be kept. */
  | "refused"
  /** The process is ending. */
  | "closed";

/** The row is not known to be durable: whoever needs it recorded must refuse to go on. The message is for the operator. */
export class NotDurable extends Error {
  constructor(
    readonly reason: NotDurableReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "NotDurable";
  }
}

/** Tells a {@link NotDurable} by its name: a server's bundles each carry a class of their own. */
export function isNotDurable(error: unknown): error is NotDurable {
  return error instanceof Error && error.name === "NotDurable";
}

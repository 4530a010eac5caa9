/**
 * The way into the book for rows that have no transaction of their own.
 *
 * WHEN IS A ROW DURABLE? When its receipt resolves, and that is at one of two moments:
 * - `committed`: PostgreSQL has answered the COMMIT of the statement that wrote it, with `synchronous_commit` as the
 *   server has it;
 * - `journaled`: the database could not be reached, or did not answer in time, and the row lies in a segment of the
 *   journal on which fdatasync has returned. It is replayed once the database is back, by this process or the next.
 * Before that it is in memory only, and nobody has been told otherwise. A receipt that rejects promises nothing.
 *
 * Groups are written in the order in which rows came. A group is what has gathered while the one before it was under
 * way: a lone row is written at once, and a crowd shares its commits.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { EventRow } from "@/audit/event";
import { type Counts, Lane, type LaneOptions } from "@/audit/queue/lane";
import { type Pending, pending, refuse, rowCount } from "@/audit/queue/pending";
import type { NotDurableReason, Receipt } from "@/audit/queue/receipt";
import { type Bound, Waiting } from "@/audit/queue/waiting";

const GROUP: Bound = { rows: 500, size: 4 * 1024 * 1024 };
const ADOPT_EVERY_MS = 30_000;

export type QueueOptions = LaneOptions & {
  /** Rows and UTF-16 units of JSON that may wait; as much again may wait for a turn that comes within `patienceMs`. */
  bound: Bound;
  patienceMs: number;
  /** When a turn has taken this long, its rows and those behind it are refused: neither database nor disk answers. */
  stallMs: number;
};

export type AuditQueueState = Counts & {
  /** Rows that are not durable yet. */
  depth: number;
  /** How long the oldest of them has waited, milliseconds. */
  oldestMs: number;
  /** Bytes of the journal that are not replayed yet. */
  journalBytes: number;
  /** The disk refused the last row that was to be journaled. */
  journalFull: boolean;
  /** Damaged ranges of the journal that were set aside since the process started. */
  journalCuts: number;
};

export class AuditQueue {
  private readonly waiting: Waiting<Pending>;
  private readonly lane: Lane;
  // A request must not lend its scope to work that goes on after it.
  private readonly outside = AsyncLocalStorage.snapshot();
  private readonly timers = new Map<Pending, NodeJS.Timeout>();
  private underWay: readonly Pending[] = [];
  private running: Promise<void> | null = null;
  private adopting: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(private readonly options: QueueOptions) {
    this.waiting = new Waiting(options.bound);
    this.lane = new Lane(
      options,
      () => this.wake(),
      () => this.waiting.rows >= GROUP.rows,
    );
  }

  /** Brings in what earlier processes left in the journal, now and whenever another process has died. */
  start(): void {
    if (this.adopting || this.closed) return;
    this.outside(() => {
      this.adopting = setInterval(() => this.lane.adoptSoon(), ADOPT_EVERY_MS);
      this.adopting.unref();
    });
    this.lane.adoptSoon();
  }

  /** Puts rows in line, together. What becomes of them is in the receipt. */
  enqueue(rows: readonly EventRow[]): Receipt {
    const entry = pending(rows);
    const room = this.waiting.room({ rows: entry.rows.length, size: entry.size });
    if (rows.length === 0) entry.resolve("committed");
    else if (this.closed) this.refuse(entry, "closed", "The process is ending: the audit queue takes no more rows.");
    else if (room === "none") this.refuse(entry, "overloaded", "The audit queue and its waiting room are full.");
    else {
      if (room === "beyond")
        this.timers.set(
          entry,
          setTimeout(() => this.giveUp(entry), this.options.patienceMs),
        );
      this.waiting.push(entry);
      this.wake();
    }
    return entry.receipt;
  }

  /** Cheap enough to be asked at any time. */
  state(): AuditQueueState {
    const underWay = this.underWay.filter((entry) => !entry.settled);
    const oldest = underWay[0] ?? this.waiting.oldest;
    const journal = this.options.disk?.journal;
    return {
      depth: this.waiting.rows + rowCount(underWay),
      oldestMs: oldest ? Math.round(performance.now() - oldest.since) : 0,
      journalBytes: journal?.bytes ?? 0,
      journalFull: journal?.full ?? false,
      journalCuts: journal?.cuts ?? 0,
      ...this.lane.counts,
    };
  }

  /** Takes no more rows, makes the waiting ones durable, closes the journal, whose rows stay for the next process. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.adopting) clearInterval(this.adopting);
    this.lane.stop();
    await this.running;
    await this.options.disk?.journal.close();
  }

  private wake(): void {
    this.running ??= this.outside(() => this.run());
  }

  private async run(): Promise<void> {
    // Whoever else has a row to bring in this turn of the event loop joins the group.
    await nextTurn();
    while (this.waiting.rows > 0 || this.lane.wantsTurn) {
      await this.takeTurn();
      if (this.waiting.rows < GROUP.rows) await nextTurn();
    }
    this.running = null;
  }

  private async takeTurn(): Promise<void> {
    const stalled = setInterval(() => this.refuseAll(), this.options.stallMs);
    try {
      await this.lane.turn(() => this.next());
    } catch (error) {
      // Nothing on the lane is meant to throw. If it does, its callers hear of it and the lane goes on.
      for (const entry of this.underWay.filter(({ settled }) => !settled)) {
        this.refuse(entry, "refused", "The audit queue failed on the row.");
      }
      this.options.report.error({ err: error }, "the audit queue failed on a group of rows");
    } finally {
      clearInterval(stalled);
    }
    this.underWay = [];
  }

  private next(): readonly Pending[] {
    this.underWay = this.waiting.take(GROUP);
    for (const entry of this.underWay) this.forgetTimer(entry);
    return this.underWay;
  }

  private giveUp(entry: Pending): void {
    this.forgetTimer(entry);
    this.refuse(entry, "overloaded", `The audit queue had no turn for the row in ${this.options.patienceMs} ms.`);
    this.waiting.withdraw(entry);
  }

  private refuseAll(): void {
    const behind = this.waiting.take({ rows: Number.POSITIVE_INFINITY, size: Number.POSITIVE_INFINITY });
    const all = [...this.underWay.filter((entry) => !entry.settled), ...behind];
    for (const entry of all) {
      this.forgetTimer(entry);
      this.refuse(entry, "stalled", "Neither the database nor the disk of the audit journal answers.");
    }
    if (all.length > 0)
      this.options.report.error({ rows: rowCount(all) }, "the audit queue is stalled: rows are refused");
  }

  private forgetTimer(entry: Pending): void {
    clearTimeout(this.timers.get(entry));
    this.timers.delete(entry);
  }

  private refuse(entry: Pending, reason: NotDurableReason, message: string): void {
    this.lane.counts.refusedRows += refuse([entry], reason, message);
  }
}

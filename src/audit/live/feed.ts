/**
 * What is new in the book, read once for all who watch it in this process. Keeps the newest rows, so that a reader who falls
 * behind a little, or comes back, finds them here; who was away for longer reads the book.
 */
import { beforeTransaction, comparePlaces, type Place } from "@/audit/live/place";

export type Recorded = { place: Place };

export type FeedSource<Row extends Recorded> = {
  horizon: () => Promise<bigint>;
  /** Rows after a place and before the horizon, in order, at most so many. */
  read: (after: Place, horizon: bigint, limit: number) => Promise<Row[]>;
};

const AT_ONCE = 500;
const KEPT = 2000;

export class Feed<Row extends Recorded> {
  /** In order; everything that was recorded between `begin` and `position`. */
  private rows: Row[] = [];
  private begin: Place | null = null;
  private position: Place | null = null;
  private watchers = 0;
  private round: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  constructor(
    private readonly source: FeedSource<Row>,
    private readonly everyMs: number,
  ) {}

  /** Reads the book for as long as somebody watches. Answers where the book stands now, and how to leave. */
  async watch(): Promise<{ position: Place; leave: () => void }> {
    this.watchers += 1;
    const leave = () => {
      this.watchers -= 1;
      if (this.watchers === 0) this.rest();
    };
    try {
      if (!this.position) await this.look();
      this.timer ??= setInterval(() => void this.look().catch(() => {}), this.everyMs).unref();
    } catch (error) {
      leave();
      throw error;
    }
    if (!this.position) throw new Error("the feed has no position after it has looked");
    return { position: this.position, leave };
  }

  /**
   * Rows after a place, in order, and the place up to which they reach. Reads the book where they are not at hand; then
   * there may be more. Empty means that there is nothing new.
   */
  async after(place: Place): Promise<{ rows: Row[]; upTo: Place }> {
    const position = this.position ?? place;
    if (this.begin && comparePlaces(place, this.begin) >= 0) {
      const first = this.rows.findIndex((row) => comparePlaces(row.place, place) > 0);
      const upTo = comparePlaces(place, position) > 0 ? place : position;
      return { rows: first === -1 ? [] : this.rows.slice(first), upTo };
    }
    const rows = await this.source.read(place, position.transaction, AT_ONCE);
    return { rows, upTo: rows.length < AT_ONCE ? position : (rows.at(-1)?.place ?? position) };
  }

  /** Resolves when the book was looked at again; rejects when that failed. */
  next(): Promise<void> {
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.rows = [];
    this.waiting = [];
    this.begin = null;
    this.position = null;
  }

  private look(): Promise<void> {
    this.round ??= this.read().then(
      () => this.settle(({ resolve }) => resolve()),
      (error: unknown) => {
        this.settle(({ reject }) => reject(error));
        throw error;
      },
    );
    return this.round;
  }

  private settle(tell: (waiting: { resolve: () => void; reject: (error: unknown) => void }) => void): void {
    this.round = null;
    const { waiting } = this;
    this.waiting = [];
    waiting.forEach(tell);
  }

  private async read(): Promise<void> {
    const horizon = await this.source.horizon();
    let after = this.position;
    if (!after) {
      this.begin = beforeTransaction(horizon);
      this.position = this.begin;
      return;
    }
    while (after.transaction < horizon) {
      const rows: Row[] = await this.source.read(after, horizon, AT_ONCE);
      // Everybody has left meanwhile.
      if (!this.position) return;
      after = rows.length < AT_ONCE ? beforeTransaction(horizon) : (rows.at(-1)?.place ?? after);
      this.rows.push(...rows);
      const over = this.rows.length - KEPT;
      if (over > 0) this.begin = this.rows.splice(0, over).at(-1)?.place ?? this.begin;
      this.position = after;
    }
  }
}

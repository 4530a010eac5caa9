/** The rows that wait for their turn, first come first served, within a bound on memory. No I/O, no clock. */

/** What one call of `enqueue` brought: it is written and answered as one. */
export type Entry = {
  /** Each row as JSON. */
  rows: readonly string[];
  /** UTF-16 units of all rows together. */
  size: number;
  /** Milliseconds, monotonic. */
  since: number;
  /** True once its caller has been refused: it is passed over. */
  withdrawn: boolean;
};

export type Bound = { rows: number; size: number };

/** Sums over entries. */
export type Load = { rows: number; size: number };

export class Waiting<E extends Entry> {
  private entries: E[] = [];
  private head = 0;
  private readonly load: Load = { rows: 0, size: 0 };

  constructor(private readonly bound: Bound) {}

  get rows(): number {
    return this.load.rows;
  }

  get size(): number {
    return this.load.size;
  }

  /** The entry that has waited longest. */
  get oldest(): E | undefined {
    this.passWithdrawn();
    return this.entries[this.head];
  }

  /**
   * Whether an entry that brings `more` fits: within the bound, beyond it but within twice of it (it may wait for its
   * turn, not for long), or not at all. An entry larger than the bound fits while nothing else waits.
   */
  room(more: Load): "within" | "beyond" | "none" {
    const { rows, size } = this.load;
    if (rows === 0) return "within";
    const fits = (times: number) =>
      rows + more.rows <= times * this.bound.rows && size + more.size <= times * this.bound.size;
    return fits(1) ? "within" : fits(2) ? "beyond" : "none";
  }

  push(entry: E): void {
    this.entries.push(entry);
    this.load.rows += entry.rows.length;
    this.load.size += entry.size;
  }

  /** Takes entries from the front until one of the limits is reached; at least one when any waits. */
  take(limit: Load): E[] {
    const taken: E[] = [];
    let rows = 0;
    let size = 0;
    for (let entry = this.oldest; entry; entry = this.oldest) {
      rows += entry.rows.length;
      size += entry.size;
      if (taken.length > 0 && (rows > limit.rows || size > limit.size)) break;
      taken.push(entry);
      this.head += 1;
      this.subtract(entry);
    }
    this.compact();
    return taken;
  }

  /** Gives up an entry that has not been taken yet. */
  withdraw(entry: E): void {
    if (entry.withdrawn) return;
    entry.withdrawn = true;
    this.subtract(entry);
    entry.rows = [];
  }

  private subtract(entry: E): void {
    this.load.rows -= entry.rows.length;
    this.load.size -= entry.size;
  }

  private passWithdrawn(): void {
    while (this.entries[this.head]?.withdrawn) this.head += 1;
  }

  private compact(): void {
    if (this.head < 1024 && this.head < this.entries.length) return;
    this.entries = this.entries.slice(this.head);
    this.head = 0;
  }
}

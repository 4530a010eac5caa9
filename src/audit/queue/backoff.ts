/** How long to wait before the next try to reach the database: 100 ms, doubled up to 2 s. Pure. */
const FIRST_MS = 100;
const LONGEST_MS = 2000;

export class Backoff {
  private next = FIRST_MS;

  /** Milliseconds until the next try. */
  delay(): number {
    const delay = this.next;
    this.next = Math.min(LONGEST_MS, delay * 2);
    return delay;
  }

  /** Starts over; called when the database has taken a row. */
  reset(): void {
    this.next = FIRST_MS;
  }
}

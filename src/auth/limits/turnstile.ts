/**
 * Lets so many tries per key be under way at once that, should all of them fail, the failures cannot exceed the
 * limit. Without it a burst of parallel guesses would pass before the first of them is counted. It speaks for one
 * process: with n processes the worst case is n times the limit.
 */

/** Called when a try is over. */
export type Leave = () => void;
/** How many failures are left until the limit, and how long it takes until all of them are again, milliseconds. */
export type Counted = { left: number; msUntilReset: number };
/** Let in, with what was left of the limit, or turned away. */
export type Admission = { leave: Leave; left: number } | { msUntilReset: number };
type Count = () => Promise<Counted>;
type Arrival = { count: Count; admit: (admission: Admission) => void; fail: (error: unknown) => void };

/** So long a count is good for those who come later: what other processes count meanwhile is seen after it. */
const COUNT_HOLDS_MS = 1000;

class Line {
  private inside = 0;
  private last: (Counted & { asOf: number; departures: number }) | null = null;
  private departures = 0;
  private readonly arrivals: Arrival[] = [];
  private admitting = false;
  private someoneLeft: (() => void) | null = null;

  constructor(
    private readonly emptied: () => void,
    private readonly clock: () => number,
  ) {}

  enter(count: Count): Promise<Admission> {
    return new Promise((admit, fail) => {
      this.arrivals.push({ count, admit, fail });
      if (!this.admitting) void this.admitAll();
    });
  }

  /** Serves the arrivals in their order. One count serves all who have arrived by its end, and who come shortly after. */
  private async admitAll(): Promise<void> {
    this.admitting = true;
    for (let first = this.arrivals[0]; first; first = this.arrivals[0]) {
      if (this.last && this.clock() - this.last.asOf < COUNT_HOLDS_MS && this.admit(this.last)) continue;
      const [asOf, departures] = [this.clock(), this.departures];
      try {
        this.last = { ...(await first.count()), asOf, departures };
      } catch (error) {
        for (const { fail } of this.arrivals.splice(0)) fail(error);
        continue;
      }
      if (this.last.left <= 0) {
        for (const { admit } of this.arrivals.splice(0)) admit({ msUntilReset: this.last.msUntilReset });
      } else if (!this.admit(this.last) && this.departures === departures) {
        await new Promise<void>((resolve) => {
          this.someoneLeft = resolve;
        });
      }
    }
    this.admitting = false;
    if (this.inside === 0) this.emptied();
  }

  /** Lets in as many as the count allows. Who left since it was begun may or may not be in it: each is taken for a failure that is not. */
  private admit({ left, departures }: Counted & { departures: number }): boolean {
    const room = left - this.inside - (this.departures - departures);
    if (room <= 0) return false;
    this.inside += Math.min(room, this.arrivals.length);
    for (const { admit } of this.arrivals.splice(0, room)) admit({ leave: this.leaving(), left });
    return true;
  }

  private leaving(): Leave {
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.inside -= 1;
      this.departures += 1;
      this.someoneLeft?.();
      this.someoneLeft = null;
      if (this.inside === 0 && !this.admitting) this.emptied();
    };
  }
}

export class Turnstile {
  private readonly lines = new Map<string, Line>();

  /** @param clock milliseconds, never going back */
  constructor(private readonly clock: () => number = () => performance.now()) {}

  /**
   * Waits for room, in the order of arrival, and enters.
   * @param count asks what is left of the limit; asked again whenever somebody leaves. Its failure is everybody's who waits
   * @returns what to call when the try is over, or when to come again when nothing is left
   */
  enter(key: string, count: Count): Promise<Admission> {
    let line = this.lines.get(key);
    if (!line) {
      line = new Line(() => this.lines.delete(key), this.clock);
      this.lines.set(key, line);
    }
    return line.enter(count);
  }
}

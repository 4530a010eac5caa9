/**
 * Lets so many tries per key be under way at once that, should all of them fail, the failures cannot exceed the
 * limit. Without it a burst of parallel guesses would pass before the first of them is counted. It speaks for one
 * process: with n processes the worst case is n times the limit.
 */

type Line = {
  inside: number;
  departures: number;
  /** The ones who are being admitted, or wait for it: the first of them decides, the others stand behind. */
  pending: number;
  admission: Promise<unknown>;
  someoneLeft: (() => void) | null;
};

export class Turnstile {
  private readonly lines = new Map<string, Line>();

  /**
   * Waits for room, in the order of arrival, and enters.
   * @param countLeft asks how many failures are left until the limit; asked again whenever somebody leaves
   * @returns what to call when the try is over, or null when nothing is left
   */
  enter(key: string, countLeft: () => Promise<number>): Promise<(() => void) | null> {
    const line = this.lines.get(key) ?? {
      inside: 0,
      departures: 0,
      pending: 0,
      admission: Promise.resolve(),
      someoneLeft: null,
    };
    this.lines.set(key, line);
    line.pending += 1;
    const admitted = line.admission.then(() => this.admit(key, line, countLeft));
    line.admission = admitted.catch(() => {});
    return admitted;
  }

  private async admit(key: string, line: Line, countLeft: () => Promise<number>): Promise<(() => void) | null> {
    try {
      for (;;) {
        const before = line.departures;
        const left = await countLeft();
        if (left <= 0) return null;
        // Who left while it was counted may or may not be in the count: take each of them for a failure that is not.
        const departed = line.departures - before;
        if (line.inside + departed < left) break;
        if (departed > 0) continue;
        await new Promise<void>((resolve) => {
          line.someoneLeft = resolve;
        });
      }
      line.inside += 1;
    } finally {
      line.pending -= 1;
      this.forget(key, line);
    }
    let over = false;
    return () => {
      if (over) return;
      over = true;
      line.inside -= 1;
      line.departures += 1;
      line.someoneLeft?.();
      line.someoneLeft = null;
      this.forget(key, line);
    };
  }

  private forget(key: string, line: Line): void {
    if (line.inside === 0 && line.pending === 0) this.lines.delete(key);
  }
}

/** Brings the journal's rows into the database, oldest first, a group at a time. */
import type { Journal, Reading, Report } from "@/audit/journal/journal";
import type { Refused } from "@/audit/journal/quarantine";
import { type Write, writeAround } from "@/audit/queue/group";

const MOST_ROWS = 250;
const MOST_SIZE = 4 * 1024 * 1024;

export type ReplayOptions = {
  journal: Journal;
  write: Write;
  /** Keeps rows that PostgreSQL refuses; answers whether they are kept. */
  keepAside: (refused: Refused[]) => Promise<boolean>;
  report: Report;
};

/** The payloads from `start` on, up to both limits; at least one. */
export function nextGroup(payloads: readonly string[], start: number, rows: number, size: number): string[] {
  let end = start + 1;
  let total = payloads[start]?.length ?? 0;
  while (end < payloads.length && end - start < rows) {
    total += payloads[end]?.length ?? 0;
    if (total > size) break;
    end += 1;
  }
  return payloads.slice(start, end);
}

export class Replay {
  private current: { reading: Reading; at: number } | null = null;
  private rowsAtOnce = MOST_ROWS;

  constructor(private readonly options: ReplayOptions) {}

  /**
   * Replays groups until at least `rows` are through, `withinMs` have passed (the group under way is finished) or
   * nothing is left; answers whether something is.
   * Rejects when the database cannot serve; the next call goes on where this one stopped.
   */
  async advance(rows: number, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    let through = 0;
    while (performance.now() < deadline && (this.current || through < rows)) {
      this.current ??= await this.open();
      if (!this.current) break;
      const { reading, at } = this.current;
      if (at === reading.payloads.length) await this.finish(reading);
      else if (through < rows) through += await this.replayGroup(reading, at);
      else break;
    }
    return this.options.journal.backlogBytes > 0;
  }

  private async open(): Promise<{ reading: Reading; at: number } | null> {
    try {
      const reading = await this.options.journal.openOldest();
      return reading && { reading, at: 0 };
    } catch (error) {
      this.postpone(error, "a segment of the audit journal cannot be read");
      return null;
    }
  }

  private async replayGroup(reading: Reading, at: number): Promise<number> {
    const group = nextGroup(reading.payloads, at, this.rowsAtOnce, MOST_SIZE);
    try {
      const refusals = await writeAround(group, this.options.write);
      const refused = refusals.map(({ index, sqlState }) => ({ row: group[index] ?? "", sqlState }));
      if (refused.length > 0 && !(await this.options.keepAside(refused))) {
        this.postpone(null, "a segment of the audit journal stays: a row in it can neither be written nor kept aside");
        return group.length;
      }
    } catch (error) {
      // A database that is too slow for many rows at once may take fewer.
      this.rowsAtOnce = Math.max(1, this.rowsAtOnce >> 1);
      throw error;
    }
    this.rowsAtOnce = Math.min(MOST_ROWS, this.rowsAtOnce * 2);
    this.current = { reading, at: at + group.length };
    return group.length;
  }

  private async finish(reading: Reading): Promise<void> {
    try {
      await this.options.journal.finish(reading);
      this.current = null;
    } catch (error) {
      this.postpone(error, "a replayed segment of the audit journal cannot be removed");
    }
  }

  private postpone(error: unknown, message: string): void {
    this.options.report.error(error === null ? {} : { err: error }, message);
    this.options.journal.postpone();
    this.current = null;
  }
}

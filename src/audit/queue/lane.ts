/**
 * The one lane on which groups become durable, one after the other: into PostgreSQL, into the journal while it is
 * away, and from the journal into PostgreSQL when it is back, before any newer row.
 */
import type { Journal, Report } from "@/audit/journal/journal";
import type { Quarantine, Refused } from "@/audit/journal/quarantine";
import { type Write, writeAround } from "@/audit/queue/group";
import { Outage } from "@/audit/queue/outage";
import { type Pending, refuse, rowCount, rowsOf, settle } from "@/audit/queue/pending";
import { Replay } from "@/audit/queue/replay";
import { now } from "@/platform/clock";

/** New rows wait this long, and one statement longer, for a turn in which the journal is replayed. */
const DRAIN_WITHIN_MS = 500;

export type LaneOptions = {
  /** Commits rows (each a JSON object), all or none, in bounded time. */
  write: Write;
  /** Resolves when the database takes writes, in bounded time. */
  probe: () => Promise<void>;
  /** Null when there is no disk to write to: then rows are refused while the database is away. */
  disk: { journal: Journal; quarantine: Quarantine } | null;
  report: Report;
};

/** Since the process started. `refusedRows` counts rows whose receipt was rejected. */
export type Counts = Record<"commits" | "committedRows" | "journaledRows" | "quarantined" | "refusedRows", number>;

export class Lane {
  readonly counts: Counts = { commits: 0, committedRows: 0, journaledRows: 0, quarantined: 0, refusedRows: 0 };
  private phase: "direct" | "away" | "draining" = "direct";
  private adoptDue = false;
  private stopped = false;
  private readonly outage: Outage;
  private readonly replay: Replay | null;

  /**
   * @param wake called when {@link wantsTurn} has become true by itself
   * @param crowded whether a whole group waits
   */
  constructor(
    private readonly options: LaneOptions,
    private readonly wake: () => void,
    private readonly crowded: () => boolean,
  ) {
    const { disk, report } = options;
    this.outage = new Outage(options.probe, () => {
      if (!disk) return this.resume();
      this.phase = "draining";
      this.adoptDue = true;
      this.wake();
    });
    this.replay =
      disk &&
      new Replay({
        journal: disk.journal,
        report,
        write: (rows) => this.write(rows),
        keepAside: (refused) => this.keepAside(refused),
      });
  }

  /** Whether there is work that no waiting row brings with it. */
  get wantsTurn(): boolean {
    return !this.stopped && (this.phase === "draining" || (this.adoptDue && this.phase === "direct"));
  }

  /** Takes over journal segments of dead processes at the next turn. */
  adoptSoon(): void {
    this.adoptDue = this.options.disk !== null;
    this.wake();
  }

  /** From now on only what still waits is made durable: no probing, no replay. */
  stop(): void {
    this.stopped = true;
    this.outage.stop();
  }

  /** One turn. `next` hands over the rows whose turn it is; every one of them has its receipt settled on return. */
  async turn(next: () => readonly Pending[]): Promise<void> {
    if (this.adoptDue && this.phase !== "away" && !this.stopped) await this.adopt();
    if (this.phase === "direct") return this.commit(next());
    const drains = this.phase === "draining" && !this.stopped;
    const group = next();
    await this.journal(group);
    // Twice as many out as in, so that the journal is drained however fast rows come.
    if (drains) await this.drain(Math.max(1, 2 * rowCount(group)));
  }

  private async adopt(): Promise<void> {
    this.adoptDue = false;
    const journal = this.options.disk?.journal;
    try {
      await journal?.adopt();
    } catch (error) {
      this.options.report.error({ err: error }, "left-over journal segments could not be taken over");
    }
    if (journal && journal.backlogBytes > 0) this.phase = "draining";
  }

  private async write(rows: readonly string[]): Promise<void> {
    await this.options.write(rows);
    this.counts.commits += 1;
    this.counts.committedRows += rows.length;
    this.outage.tookARow();
  }

  private async commit(group: readonly Pending[]): Promise<void> {
    if (group.length === 0) return;
    const rows = rowsOf(group);
    let refusals: Awaited<ReturnType<typeof writeAround>>;
    try {
      refusals = await writeAround(rows, (some) => this.write(some));
    } catch (error) {
      this.goAway(error);
      await this.journal(group);
      return;
    }
    // Behind a full group that waits, the callers hear of it when that one is on its way: what they do then, the next rows
    // among it, must not keep the database waiting.
    if (refusals.length === 0 && this.crowded()) setImmediate(() => settle(group, "committed"));
    else if (refusals.length === 0) settle(group, "committed");
    else await this.settleAround(group, rows, new Map(refusals.map(({ index, sqlState }) => [index, sqlState])));
  }

  private async settleAround(group: readonly Pending[], rows: string[], refusals: Map<number, string>): Promise<void> {
    const kept = await this.keepAside([...refusals].map(([index, sqlState]) => ({ row: rows[index] ?? "", sqlState })));
    let start = 0;
    for (const entry of group) {
      const places = entry.rows.map((_, offset) => start + offset);
      start += entry.rows.length;
      const state = places.map((place) => refusals.get(place)).find((code) => code !== undefined);
      if (state === undefined) settle([entry], "committed");
      else if (kept)
        this.refuse([entry], "quarantined", `PostgreSQL refuses the row (${state}); it is kept in quarantine.`);
      else this.refuse([entry], "refused", `PostgreSQL refuses the row (${state}), and it could not be kept.`);
    }
  }

  private async keepAside(refused: Refused[]): Promise<boolean> {
    const { disk, report } = this.options;
    const rows = refused.map(({ row, sqlState }) => ({ id: (JSON.parse(row) as { id?: unknown }).id, sqlState }));
    try {
      await disk?.quarantine.keep(refused, now());
    } catch (error) {
      report.error({ err: error, rows }, "PostgreSQL refuses audit rows, and the quarantine file cannot be written");
      return false;
    }
    report.error(
      { rows, file: disk?.quarantine.name },
      'PostgreSQL refuses audit rows; see "Quarantine" in docs/journal.md',
    );
    this.counts.quarantined += disk ? refused.length : 0;
    return disk !== null;
  }

  private async journal(group: readonly Pending[]): Promise<void> {
    if (group.length === 0) return;
    const journal = this.options.disk?.journal;
    if (!journal) return this.refuse(group, "journal_off", "The database is away and AUDIT_JOURNAL is off.");
    try {
      await journal.append(rowsOf(group));
    } catch (error) {
      return this.refuse(group, "journal_failing", error instanceof Error ? error.message : String(error));
    }
    this.counts.journaledRows += rowCount(group);
    settle(group, "journaled");
  }

  private async drain(rows: number): Promise<void> {
    try {
      if (await this.replay?.advance(rows, DRAIN_WITHIN_MS)) return;
    } catch (error) {
      this.goAway(error);
      return;
    }
    this.resume();
  }

  private resume(): void {
    this.phase = "direct";
    const lasted = this.outage.over();
    if (lasted !== null) this.options.report.info({ lastedMs: lasted }, "the database takes audit rows again");
  }

  private goAway(error: unknown): void {
    this.phase = "away";
    if (!this.outage.begin()) return;
    this.options.report.error(
      { err: error },
      this.options.disk
        ? "the database takes no audit rows: they go to the journal until it does"
        : "the database takes no audit rows and there is no journal: what must be recorded is refused until it does",
    );
  }

  private refuse(...[entries, reason, message]: Parameters<typeof refuse>): void {
    this.counts.refusedRows += refuse(entries, reason, message);
  }
}

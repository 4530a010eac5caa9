/** While the database is away: tries to reach it, first soon, then every two seconds, and tells when it answers. */
import { AsyncLocalStorage } from "node:async_hooks";
import { Backoff } from "@/audit/queue/backoff";

export class Outage {
  private readonly backoff = new Backoff();
  // A request must not lend its scope to work that goes on after it.
  private readonly outside = AsyncLocalStorage.snapshot();
  private timer: NodeJS.Timeout | null = null;
  private since: number | null = null;
  private ended = false;

  /**
   * @param probe resolves when the database takes writes
   * @param onAnswer called once for each {@link begin} after which a probe has resolved
   */
  constructor(
    private readonly probe: () => Promise<void>,
    private readonly onAnswer: () => void,
  ) {}

  /** Starts probing. Answers true when this is news, false when the database only fell back into an outage. */
  begin(): boolean {
    const news = this.since === null;
    this.since ??= performance.now();
    this.schedule();
    return news;
  }

  /** The database has taken a row: the next outage is probed soon again. */
  tookARow(): void {
    this.backoff.reset();
  }

  /** Everything is committed again. Answers how long it took, in milliseconds, or null when there was no outage. */
  over(): number | null {
    if (this.since === null) return null;
    const lasted = Math.round(performance.now() - this.since);
    this.since = null;
    return lasted;
  }

  /** No more probing. */
  stop(): void {
    this.ended = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.ended) return;
    this.outside(() => {
      this.timer = setTimeout(() => void this.attempt(), this.backoff.delay());
      this.timer.unref();
    });
  }

  private async attempt(): Promise<void> {
    try {
      await this.probe();
    } catch {
      // What it says is what begin() was called for; the next try comes later.
      this.schedule();
      return;
    }
    if (!this.ended) this.onAnswer();
  }
}

/**
 * Keeps a snapshot of the sign-in policy in step with the database: it is read again whenever the database tells of a
 * change, whenever listening begins anew, and every half minute, should a change ever go untold. While the database is
 * away the last snapshot stays.
 */
import "server-only";
import { isOutage } from "@db/connect.server";
import type { Listener } from "@db/listen.server";
import type { SignInPolicy } from "@/auth/policy/policy";
import { log } from "@/platform/log";
import { report } from "@/platform/report.server";

const POLL_MS = 30_000;

export class PolicyWatch {
  private snapshot: SignInPolicy | null = null;
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;
  private listener: Listener | null = null;
  private poll: NodeJS.Timeout | null = null;
  /** What was said of connections that cannot be read: each is said once. */
  private told = new Set<string>();

  constructor(private readonly read: () => Promise<SignInPolicy>) {}

  /** The last one that could be read; null before the first. */
  get policy(): SignInPolicy | null {
    return this.snapshot;
  }

  /** @param listen begins to listen, and calls `reload` whenever there may be something new */
  start(listen: (reload: () => void) => Listener): void {
    const reload = () => void this.reload().catch(() => {});
    this.listener = listen(reload);
    this.poll = setInterval(reload, POLL_MS);
    this.poll.unref();
  }

  async stop(): Promise<void> {
    if (this.poll) clearInterval(this.poll);
    await this.listener?.close();
  }

  /** Resolves when a reading that began after this call is done. However many ask, one is under way and one follows. */
  reload(): Promise<void> {
    if (!this.running) {
      this.running = this.readNow().finally(() => {
        this.running = null;
      });
      return this.running;
    }
    this.next ??= this.running
      .catch(() => {})
      .then(() => {
        this.next = null;
        return this.reload();
      });
    return this.next;
  }

  private async readNow(): Promise<void> {
    try {
      this.snapshot = await this.read();
    } catch (error) {
      if (isOutage(error)) log().warn("the sign-in policy cannot be read: the database is away");
      else {
        log().error({ err: error }, "the sign-in policy could not be read");
        report(error, { reading: "sign_in_policy" });
      }
      throw error;
    }
    this.tell(this.snapshot);
  }

  private tell({ unreadable }: SignInPolicy): void {
    const before = this.told;
    this.told = new Set(unreadable.map(({ id, reason }) => `${id} ${reason}`));
    for (const { id, provider, reason } of unreadable) {
      if (before.has(`${id} ${reason}`)) continue;
      const message =
        "a connection cannot be read: the environment's provider of its kind stands in, where there is one";
      log().error({ connectionId: id, provider, reason }, message);
      report(new Error("A connection cannot be read."), { provider, reason });
    }
  }
}

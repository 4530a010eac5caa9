/** The end of the workbench: all parts in the reverse order of their start, by the first Ctrl-C; at once by a second one. */
import { setImmediate as nextTurn } from "node:timers/promises";

export type Part = {
  stop(): Promise<void>;
  /** Ends the part without waiting; only for parts that are processes of their own. */
  kill?(): void;
};

/**
 * npm hands its own Ctrl-C on to this process, which the terminal has told already: signals this close together
 * are one press of a key.
 */
const ONE_PRESS_MS = 700;
const SIGNALS: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export class Teardown {
  private readonly parts: Part[] = [];
  private endedAt: number | null = null;
  private started: Promise<void> = Promise.resolve();

  add(part: Part): void {
    this.parts.push(part);
  }

  /** Leaves a start that is no longer wanted. */
  check(): void {
    if (this.endedAt !== null) throw new Error("The end was asked for before the start was complete.");
  }

  /** Runs the start, and from now on listens to signals. A start that fails ends what it had started. */
  run(start: () => Promise<void>): void {
    this.onSignals();
    this.started = start();
    this.started.catch((error: unknown) => this.fail(describe(error)));
  }

  private onSignals(): void {
    // The terminal may be gone by now; stopping must go on without it.
    process.stdout.on("error", () => {});
    process.stderr.on("error", () => {});
    for (const name of SIGNALS) process.on(name, () => this.signalled());
    for (const event of ["uncaughtException", "unhandledRejection"] as const) {
      process.on(event, (error: unknown) => {
        void this.fail(
          `The workbench failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      });
    }
  }

  /** Reports what went wrong and ends everything with exit code 1. Silent once the end is under way anyway. */
  async fail(message: string): Promise<void> {
    // A signal that came while nothing could be heard is delivered before the failure that it caused is reported.
    await nextTurn();
    if (this.endedAt !== null) return;
    process.stderr.write(`\n${message}\n`);
    await this.end(1);
  }

  private signalled(): void {
    if (this.endedAt === null) {
      process.stdout.write("\nStopping. Press Ctrl-C again to end at once.\n");
      void this.end(0);
    } else if (Date.now() - this.endedAt > ONE_PRESS_MS) {
      for (const part of this.parts.toReversed()) part.kill?.();
      process.stdout.write("Ended at once.\n");
      process.exit(1);
    }
  }

  private async end(code: number): Promise<void> {
    this.endedAt = Date.now();
    const stopped = await this.stopParts();
    // A start under way notices at its next step; what it has started until then goes the same way.
    await this.started.catch(() => {});
    process.exit((await this.stopParts()) && stopped ? code : 1);
  }

  private async stopParts(): Promise<boolean> {
    let stopped = true;
    for (let part = this.parts.at(-1); part; part = this.parts.at(-1)) {
      try {
        await part.stop();
      } catch (error) {
        stopped = false;
        process.stderr.write(`A part did not stop: ${describe(error)}\n`);
        part.kill?.();
      }
      // Only now: a second Ctrl-C must find the part that is taking its time.
      this.parts.splice(this.parts.indexOf(part), 1);
    }
    return stopped;
  }
}

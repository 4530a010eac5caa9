/** Brings what was counted since into the counts, every few seconds, in one process at a time. Late, it only costs readers time. */
import "server-only";
import { type Database, isOutage } from "@db/connect.server";
import { foldCounts } from "@/audit/counts/counts.store.server";

const EVERY_MS = 10_000;

/**
 * @param failed told of what is not an outage
 * @returns ends it; resolves when the round under way is over
 */
export function keepCounts(db: () => Database, failed: (error: unknown) => void): () => Promise<void> {
  let round: Promise<void> | null = null;
  const fold = async () => {
    try {
      while ((await foldCounts(db())).more);
    } catch (error) {
      if (!isOutage(error)) failed(error);
    } finally {
      round = null;
    }
  };
  const timer = setInterval(() => {
    round ??= fold();
  }, EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await round;
  };
}

/** The counters behind the limits, on PostgreSQL, so that all processes count together. */
import "server-only";
import { connectionPool, type Database } from "@db/connect.server";
import { RateLimiterPostgres } from "rate-limiter-flexible";
import type { Counted } from "@/auth/limits/turnstile";
import type { RateLimit } from "@/platform/env";

export type Counter = {
  /** How much is left of the limit, without counting anything. */
  look: (key: string) => Promise<Counted>;
  /** The same through a connection that the caller has: who holds one must not wait for another. */
  lookThrough: (db: Database, key: string) => Promise<Counted>;
  /** Counts one failure and answers what is left after it. */
  add: (key: string) => Promise<Counted>;
  /** Forgets a key's failures. */
  forget: (key: string) => Promise<void>;
};

/** A fixed window per key that begins with its first failure. Failures over the limit do not extend it. */
export function counter(prefix: string, limit: RateLimit): Counter {
  const limiter = new RateLimiterPostgres({
    storeClient: connectionPool(),
    tableName: "rate_limits",
    keyPrefix: prefix,
    points: limit.points,
    duration: limit.windowSeconds,
    tableCreated: true,
  });
  const untouched: Counted = { left: limit.points, msUntilReset: 0 };
  return {
    async look(key) {
      const result = await limiter.get(key);
      return result ? { left: limit.points - result.consumedPoints, msUntilReset: result.msBeforeNext } : untouched;
    },
    async lookThrough(db, key) {
      const row = await db
        .selectFrom("rate_limits")
        .select(["points", "expire"])
        .where("key", "=", limiter.getKey(key))
        .executeTakeFirst();
      const msUntilReset = Number(row?.expire ?? 0) - Date.now();
      return row && msUntilReset > 0 ? { left: limit.points - row.points, msUntilReset } : untouched;
    },
    async add(key) {
      // `penalty` counts without refusing: the gate has decided already.
      const result = await limiter.penalty(key, 1);
      return { left: limit.points - result.consumedPoints, msUntilReset: result.msBeforeNext };
    },
    async forget(key) {
      await limiter.delete(key);
    },
  };
}

/**
 * Tries of one's own password while signed in, as before it is changed. They count with the failed sign-ins of the
 * account, so that whoever sits at somebody else's open browser gets no more guesses than a stranger (ASVS 6.2.3).
 */
import "server-only";
import type { Database } from "@db/connect.server";
import { recordDurably } from "@/audit/record.server";
import { accountKey, limitOf, wholeMinutes } from "@/auth/limits/limits.server";
import { lockedEvent } from "@/auth/limits/locked-event";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { processWide } from "@/platform/process-wide";

export type Owner = { id: string; email: string; organizationId: string | null };
/** Called once, when the transaction is over. Never throws. */
export type Settle = (outcome: "right" | "wrong" | "not looked at") => Promise<void>;
export type Admitted = { settle: Settle } | { refused: "under_way" } | { refused: "rate_limited"; minutes: number };

/** Whose password is being looked at. A second try is turned away: waiting, it would hold a connection of its own. */
const underWay = processWide("own passwords under way", () => new Set<string>());

/** Asks for a place. `db` may be a transaction: nothing is written through it. */
export async function enterOwnPassword(db: Database, owner: Owner): Promise<Admitted> {
  const settings = env().SIGN_IN_LIMIT_ACCOUNT;
  if (settings === null) return { settle: async () => {} };
  const key = accountKey(owner.email);
  if (underWay.has(key)) return { refused: "under_way" };
  underWay.add(key);
  try {
    const limit = limitOf("account", settings);
    const admission = await limit.turnstile.enter(key, () => limit.counter.lookThrough(db, key));
    if (!("leave" in admission)) {
      underWay.delete(key);
      return { refused: "rate_limited", minutes: wholeMinutes(admission.msUntilReset) };
    }
    return {
      settle: async (outcome) => {
        // A wrong one keeps others out until it is counted.
        if (outcome !== "wrong") underWay.delete(key);
        try {
          if (outcome === "right" && admission.left < settings.points) await limit.counter.forget(key);
          if (outcome === "wrong" && (await limit.counter.add(key)).left === 0)
            await recordDurably([lockedEvent(owner, settings)]);
        } catch (error) {
          log().error({ err: error }, "a try of a password could not be counted");
        } finally {
          admission.leave();
          underWay.delete(key);
        }
      },
    };
  } catch (error) {
    underWay.delete(key);
    throw error;
  }
}

/**
 * Closes an attempt: decides what it came to by what the answer really does, and writes its one row before the
 * answer leaves. A success commits with its session; anything else is a failure with its reason.
 */
import "server-only";
import { isOutage } from "@db/connect.server";
import type { EventInput } from "@/audit/catalogue";
import { recordDurably } from "@/audit/record.server";
import { type Attempt, DATABASE_AWAY, type Refusal } from "@/auth/attempt/attempt";
import { commitSignIn } from "@/auth/attempt/commit.server";
import type { Outcome } from "@/auth/attempt/outcome";
import { reviewAttempt } from "@/auth/attempt/review.server";
import { reportFailure } from "@/auth/failures.server";
import { leaveLimits } from "@/auth/limits/limits.server";
import { lockedEvent } from "@/auth/limits/locked-event";
import { organizationOfAttempt } from "@/auth/policy/governed";
import { knownSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { env, type RateLimit } from "@/platform/env";
import { log } from "@/platform/log";
import { metrics } from "@/platform/metrics";
import { report } from "@/platform/report.server";

export type Closed = { signedIn: true } | { signedIn: false; refusal: Refusal };

function failureEvent(attempt: Attempt, refusal: Refusal): EventInput {
  const { account } = attempt;
  const { reason, gate, cause, providerError } = refusal;
  return {
    action: "signedIn",
    id: attempt.eventId,
    occurredAt: attempt.openedAt,
    status: "failure",
    failureReason: reason,
    // Nobody has been identified: whoever tried is anonymous, the account they claimed is the target.
    actor: { type: "anonymous" },
    target: account ? { type: "user", id: account.id } : null,
    organizationId: organizationOfAttempt(knownSignInPolicy(), attempt),
    authMethod: attempt.method,
    provider: attempt.provider,
    claimedEmail: attempt.claimedEmail,
    details: {
      ...(gate ? { gate } : {}),
      ...(cause ? { cause } : {}),
      ...(providerError ? { providerError } : {}),
    },
  };
}

function lockedEvents({ account }: Attempt, limit: RateLimit | null): EventInput[] {
  return account && limit ? [lockedEvent(account, limit)] : [];
}

/** Counts the outcome. The attempt stands as it is when counting fails: its row matters more than its count. */
async function count(attempt: Attempt, reason: Refusal["reason"] | null): Promise<boolean> {
  try {
    return (await leaveLimits(attempt, reason)).locked;
  } catch (error) {
    log().error({ err: error }, "an attempt could not be counted against its limits");
    return false;
  }
}

/**
 * @returns whether the browser may have its cookie
 * @throws never: a failure that cannot be written is logged with all that is known, and the attempt stays refused
 */
export async function closeAttempt(
  attempt: Attempt,
  outcome: Exclude<Outcome, { kind: "under_way" }>,
): Promise<Closed> {
  let refusal: Refusal;
  if (outcome.kind === "minted") {
    try {
      const refused = await commitSignIn(attempt, outcome.sessionId);
      if (refused === null) {
        metrics().attempts.inc({ method: attempt.method, outcome: "success" });
        await count(attempt, null);
        reviewAttempt(attempt);
        return { signedIn: true };
      }
      refusal = refused;
    } catch (error) {
      attempt.error = error;
      refusal = { reason: "token_mint_failed", ...(isOutage(error) ? { cause: DATABASE_AWAY } : {}) };
    }
  } else {
    refusal = outcome.refusal;
  }
  if (attempt.error) {
    const context = { reason: refusal.reason, method: attempt.method };
    reportFailure(attempt.error, context, "an attempt to sign in failed unexpectedly");
  }
  metrics().attempts.inc({ method: attempt.method, outcome: refusal.reason });
  const locked = await count(attempt, refusal.reason);
  try {
    await recordDurably([
      failureEvent(attempt, refusal),
      ...(locked ? lockedEvents(attempt, env().SIGN_IN_LIMIT_ACCOUNT) : []),
    ]);
    reviewAttempt(attempt);
  } catch (error) {
    log().fatal(
      { err: error, eventId: attempt.eventId, reason: refusal.reason },
      "a failed attempt could not be recorded",
    );
    report(error, { reason: refusal.reason, lost: "signedIn" });
    refusal = { ...refusal, cause: DATABASE_AWAY };
  }
  return { signedIn: false, refusal };
}

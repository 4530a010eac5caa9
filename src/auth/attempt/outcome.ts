/** What an attempt came to, read off the answer that NextAuth gave. Pure. */
import type { Attempt, Refusal } from "@/auth/attempt/attempt";

/** What the answer really does. */
export type Answer = {
  /** Null when NextAuth threw. */
  status: number | null;
  /** Where it sends the browser, from the `Location` header or the JSON body. */
  redirect: string | null;
  /** Whether it sets a session cookie with a value. */
  setsSession: boolean;
};

/** What the request brought that the answer cannot tell. */
export type Arrival = {
  /** `signin` starts a round trip to a provider; `callback` ends an attempt. */
  action: "signin" | "callback";
  origin: string;
};

export type Outcome =
  | { kind: "minted"; sessionId: string }
  /** The browser is on its way to the provider: nothing has been attempted yet. */
  | { kind: "under_way" }
  | { kind: "refused"; refusal: Refusal };

function query(redirect: string, origin: string): URLSearchParams {
  try {
    return new URL(redirect, origin).searchParams;
  } catch {
    return new URLSearchParams();
  }
}

function leavesFor(redirect: string, origin: string): boolean {
  try {
    return new URL(redirect, origin).origin !== origin;
  } catch {
    return false;
  }
}

export function outcomeOf(attempt: Attempt, answer: Answer, arrival: Arrival): Outcome {
  if (attempt.minted && answer.setsSession && !attempt.refusal) {
    return { kind: "minted", sessionId: attempt.minted.sessionId };
  }
  const refused = (refusal: Refusal): Outcome => ({ kind: "refused", refusal });
  if (attempt.refusal) return refused(attempt.refusal);
  if (answer.status === null) return refused({ reason: attempt.passed ? "token_mint_failed" : "internal_error" });
  if (attempt.passed) return refused({ reason: "token_mint_failed" });
  const { redirect } = answer;
  if (redirect !== null) {
    const parameters = query(redirect, arrival.origin);
    if (parameters.get("csrf") === "true") return refused({ reason: "csrf_rejected" });
    if (arrival.action === "signin" && leavesFor(redirect, arrival.origin)) return { kind: "under_way" };
    // A `signIn` callback that answers with a URL refuses the attempt and sends the browser there.
    if (!parameters.has("error")) return refused({ reason: "redirected_by_policy" });
  }
  if (answer.status === 400) return refused({ reason: "provider_not_allowed" });
  return refused({ reason: "internal_error" });
}

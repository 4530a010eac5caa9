/**
 * How many failed tries an account and an address may have in a window (ASVS 6.3.1). A try enters before its evidence
 * is looked at and leaves when its outcome is known; only failures that could be guesses are counted.
 */
import "server-only";
import { createHash } from "node:crypto";
import type { FailureReason } from "@/audit/reasons";
import type { Attempt, Refusal } from "@/auth/attempt/attempt";
import { type Counter, counter } from "@/auth/limits/limits.store.server";
import { Turnstile } from "@/auth/limits/turnstile";
import { env, type RateLimit } from "@/platform/env";
import { processWide } from "@/platform/process-wide";
import { requestScope } from "@/platform/request-scope";
import { normalizeEmail } from "@/platform/text";

/** Outcomes that tell a guesser something, or look as if they did. */
const COUNTED: ReadonlySet<FailureReason> = new Set([
  "unknown_user",
  "no_password",
  "wrong_password",
  "password_too_long",
  "email_not_verified",
  "account_disabled",
  "invalid_token",
  "expired_token",
  "used_token",
  "wrong_totp",
  "wrong_backup_code",
]);

type Kind = "account" | "address";

/**
 * Whether an outcome counts against a limit. A password for an account that a connection is required of may be a guess at
 * an administrator's. It does not count against the address: on the first morning a whole company types theirs there.
 */
function counts({ evidence }: Attempt, reason: FailureReason, kind: Kind): boolean {
  if (reason !== "redirected_by_policy") return COUNTED.has(reason);
  return kind === "account" && evidence?.kind === "password" && evidence.password !== "";
}
type Limit = { counter: Counter; turnstile: Turnstile };

const limits = processWide("sign-in limits", () => new Map<Kind, Limit>());

/** The limit of a kind, one for the process: whoever counts against it waits at the same turnstile. */
export function limitOf(kind: Kind, settings: RateLimit): Limit {
  const known = limits.get(kind);
  if (known) return known;
  const made = { counter: counter(`sign_in_${kind}`, settings), turnstile: new Turnstile() };
  limits.set(kind, made);
  return made;
}

/**
 * Emails are counted by a digest: the table of counters is no list of who was tried.
 * @param email normalized
 */
export function accountKey(email: string): string {
  return createHash("sha256").update(email).digest("base64url");
}

function claimedAccountKey(attempt: Attempt): string | null {
  if (attempt.evidence?.kind !== "password") return null;
  const email = normalizeEmail(attempt.evidence.email);
  return email === null ? null : accountKey(email);
}

/** At least one: nobody is told to wait no time. */
export function wholeMinutes(ms: number): number {
  return Math.max(1, Math.ceil(ms / 60_000));
}

type Place = { kind: Kind; key: string; limit: Limit; hadFailures: boolean; leave: () => void };
/** The places an attempt holds until its outcome is known. */
const places = new WeakMap<Attempt, Place[]>();

/** Enters every limit that applies. Answers the refusal where one is reached, with the whole minutes until it is not. */
export async function enterLimits(attempt: Attempt): Promise<Refusal | null> {
  const { SIGN_IN_LIMIT_ACCOUNT, SIGN_IN_LIMIT_IP } = env();
  const wanted: [Kind, RateLimit | null, string | null][] = [
    ["address", SIGN_IN_LIMIT_IP, requestScope()?.ip ?? null],
    ["account", SIGN_IN_LIMIT_ACCOUNT, claimedAccountKey(attempt)],
  ];
  const held: Place[] = [];
  places.set(attempt, held);
  for (const [kind, settings, key] of wanted) {
    if (settings === null || key === null) continue;
    const limit = limitOf(kind, settings);
    const admission = await limit.turnstile.enter(key, () => limit.counter.look(key));
    if (!("leave" in admission)) {
      attempt.retryAfterMinutes = wholeMinutes(admission.msUntilReset);
      return { reason: "rate_limited", cause: `${kind}_limit` };
    }
    held.push({ kind, key, limit, hadFailures: admission.left < settings.points, leave: admission.leave });
  }
  return null;
}

/**
 * Counts an attempt's outcome and lets the next ones in. Must be called for every attempt that entered.
 * @returns whether this failure was the one that used up the account's limit
 */
export async function leaveLimits(attempt: Attempt, reason: FailureReason | null): Promise<{ locked: boolean }> {
  const held = places.get(attempt) ?? [];
  places.delete(attempt);
  let locked = false;
  try {
    for (const { kind, key, limit, hadFailures } of held) {
      if (reason === null && kind === "account" && hadFailures) await limit.counter.forget(key);
      if (reason === null || !counts(attempt, reason, kind)) continue;
      const { left } = await limit.counter.add(key);
      if (kind === "account" && left === 0) locked = true;
    }
  } finally {
    for (const { leave } of held) leave();
  }
  return { locked };
}

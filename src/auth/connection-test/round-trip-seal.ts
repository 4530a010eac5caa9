/**
 * What a test's round trip must find again when it comes back: in a cookie, encrypted, for ten minutes. It is bound to
 * the state that went to the provider and to the session that began it, and opens nothing but a report.
 */
import { z } from "zod";
import { sealedCookie } from "@/auth/sealed-cookie";

export const ROUND_TRIP_S = 600;

const sealed = z.object({
  connectionId: z.uuid(),
  /** When the connection's settings were what they were at the start, in milliseconds. */
  settingsOf: z.number().int(),
  sessionId: z.uuid(),
  state: z.string().min(1).max(200),
  nonce: z.string().min(1).max(200),
  codeVerifier: z.string().min(43).max(128),
});
export type PendingRoundTrip = z.infer<typeof sealed>;

/** States of tests begin with it. NextAuth's have no dot, so neither can be taken for the other. */
const PREFIX = "test.";

export function testState(random: string): string {
  return `${PREFIX}${random}`;
}

export function isTestState(state: string | null): state is string {
  return state?.startsWith(PREFIX) === true;
}

/** A key of its own: no session token opens as a round trip, and no round trip as a session. */
const pending = sealedCookie("test of a connection", sealed, ROUND_TRIP_S);

export const sealRoundTrip = pending.seal;

/** Null for what was not sealed here, and for what is too old. */
export const openRoundTrip = pending.open;

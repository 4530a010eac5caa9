/** What a browser keeps for us while somebody links an identity at a provider to an account of theirs. Pure. */
import { z } from "zod";
import { sealedCookie } from "@/auth/sealed-cookie";

/** As long as the state of the round trip. */
const ROUND_TRIP_S = 15 * 60;
/** Time enough for a mail to come and to be opened. */
const OFFER_S = 15 * 60;

/**
 * A round trip to a provider that links: begun by whose session, and with which state it went. Made only after its person
 * has proven themselves once more.
 */
export const pendingLink = sealedCookie(
  "link under way",
  z.object({
    sessionId: z.uuid(),
    userId: z.uuid(),
    provider: z.string().min(1).max(64),
    state: z.string().min(1).max(200),
  }),
  ROUND_TRIP_S,
);
export type PendingLink = Parameters<typeof pendingLink.seal>[0];

/**
 * An identity that a provider has just vouched for in this browser, and the account with its address, to which it is not
 * linked. It is one half of what a link needs; the other is a proof of the account.
 */
export const linkOffer = sealedCookie(
  "offer to link",
  z.object({
    userId: z.uuid(),
    provider: z.string().min(1).max(64),
    subject: z.string().min(1).max(255),
    /** Normalized; the address of the account too. */
    email: z.string().min(3).max(320),
    /** Milliseconds. Only a sign-in after it is a proof of the account. */
    madeAt: z.number().int(),
  }),
  OFFER_S,
);
export type LinkOffer = Parameters<typeof linkOffer.seal>[0];

/** What a mailed link is bound to: it links this identity, and no other that the browser may bring. */
export function offeredIdentity({ userId, provider, subject }: LinkOffer): string {
  return JSON.stringify([userId, provider, subject]);
}

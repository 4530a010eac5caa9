/**
 * Linking an identity at a provider to an account, by proof of both: the provider's word in this browser, and a session of
 * the account or a link that was mailed to its address. An equal address alone links nothing.
 */
import "server-only";
import { database, type Tx } from "@db/connect.server";
import { after } from "next/server";
import { boundTokenDigest } from "@/account/verification-tokens";
import { findVerificationToken, spendVerificationToken } from "@/account/verification-tokens.store.server";
import type { Actor, EventInput } from "@/audit/catalogue";
import { recordDurably, recordInTransaction } from "@/audit/record.server";
import {
  attachIdentity,
  type Linked,
  type LinkReason,
  NotLinked,
  type ProvenIdentity,
} from "@/auth/linking/attach.server";
import { type LinkOffer, offeredIdentity } from "@/auth/linking/seals";
import { signInPolicy } from "@/auth/policy/sign-in-policy.server";
import { tellOfProvider } from "@/auth/provider-notice.server";
import { holdLiveSession } from "@/auth/session.store.server";
import { sessionLimits } from "@/auth/session-read.server";
import type { GatebookSession } from "@/auth/session-shape";
import { findUserById, lockSignInUser, proveMailbox, type SignInUser } from "@/directory/users.store.server";
import { now } from "@/platform/clock";

type Via = "session" | "mailed_link";
/** What the rows of one link, or of one refusal, have in common. */
export type Circumstances = {
  via: Via;
  provider: string;
  actor: Actor;
  /** Whose account it is about. */
  userId: string;
  organizationId: string | null;
  sessionId: string | null;
  claimedEmail: string | null;
};

/** Writes why nothing was linked. */
export async function recordNotLinked(reason: string, about: Circumstances): Promise<void> {
  const { via, userId, ...common } = about;
  await recordDurably([
    {
      ...common,
      action: "providerLinked",
      status: "failure",
      failureReason: reason,
      target: { type: "user", id: userId },
      details: { via },
    },
  ]);
}

function linkedEvents({ accountId, isNew }: Linked, { via, userId: _, ...common }: Circumstances): EventInput[] {
  if (!isNew) return [];
  const target = { type: "account" as const, id: accountId };
  return [{ ...common, action: "providerLinked", status: "success", target, details: { via } }];
}

/** Commits; a refusal leaves nothing but its row. */
async function commit(
  about: Circumstances,
  work: (tx: Tx, at: Date) => Promise<{ user: SignInUser; linked: Linked }>,
): Promise<LinkReason | null> {
  const at = now();
  try {
    const { user, linked } = await database()
      .transaction()
      .execute(async (tx) => {
        const done = await work(tx, at);
        await recordInTransaction(tx, linkedEvents(done.linked, about));
        return done;
      });
    if (linked.isNew) after(() => tellOfProvider("linked", user, about.provider, at));
    return null;
  } catch (error) {
    if (!(error instanceof NotLinked)) throw error;
    await recordNotLinked(error.reason, about);
    return error.reason;
  }
}

/** A session as the circumstances of what is done in it. */
export function inSession(session: GatebookSession, provider: string, claimedEmail: string | null): Circumstances {
  return {
    via: "session",
    provider,
    actor: { type: "user", id: session.user.id },
    userId: session.user.id,
    organizationId: session.memberships[0]?.organizationId ?? null,
    sessionId: session.sid,
    claimedEmail,
  };
}

/**
 * Links to the account of a session that lives as long as it takes. Their person has proven themselves once more.
 * @returns null when it is linked, or why not
 */
export async function linkInSession(session: GatebookSession, identity: ProvenIdentity): Promise<LinkReason | null> {
  const policy = await signInPolicy();
  const { sid: id, user } = session;
  return commit(inSession(session, identity.provider, identity.email), async (tx, at) => {
    const person = await lockSignInUser(tx, user.id);
    if (!person || !(await holdLiveSession(tx, { id, userId: user.id }, sessionLimits())))
      throw new NotLinked("session_changed");
    return { user: person, linked: await attachIdentity(tx, person, identity, policy, at) };
  });
}

function fromOffer({ provider, subject, email }: LinkOffer): ProvenIdentity {
  return { provider, subject, email, tokens: null };
}

/**
 * Links an offered identity to the account that its person has signed in to since.
 * @param signedInAt when the session began
 */
export async function linkOfferInSession(
  session: GatebookSession,
  signedInAt: Date,
  offer: LinkOffer,
): Promise<LinkReason | null> {
  const refuse = async (reason: LinkReason) => {
    await recordNotLinked(reason, { ...inSession(session, offer.provider, offer.email), userId: offer.userId });
    return reason;
  };
  if (session.user.id !== offer.userId) return refuse("session_changed");
  // A session that was there before is an open browser, and no proof.
  if (signedInAt.getTime() <= offer.madeAt) return refuse("recent_sign_in_required");
  return linkInSession(session, fromOffer(offer));
}

/**
 * Links an offered identity by the link that was mailed to the account's own address for it. Whoever opens it has proven the
 * mailbox: what was attached before that proof goes with it.
 * @param token as it stands in the link
 */
export async function linkOfferByMail(token: string, offer: LinkOffer): Promise<LinkReason | null> {
  const digest = boundTokenDigest(token, offeredIdentity(offer));
  const found = digest && (await findVerificationToken(database(), "link_provider", digest));
  const person = found && (await findUserById(database(), found.userId));
  const about: Circumstances = {
    via: "mailed_link",
    provider: offer.provider,
    actor: { type: "anonymous" },
    userId: offer.userId,
    organizationId: person?.organizationId ?? null,
    sessionId: null,
    claimedEmail: offer.email,
  };
  const refuse = async (reason: LinkReason) => {
    await recordNotLinked(reason, about);
    return reason;
  };
  if (!person) return refuse("invalid_token");
  if (found.usedAt) return refuse("used_token");
  if (found.expiresAt <= now()) return refuse("expired_token");
  const policy = await signInPolicy();
  const actor = { type: "user", id: person.id } as const;
  return commit({ ...about, actor }, async (tx, at) => {
    const outcome = await spendVerificationToken(tx, found.id, at);
    if (outcome !== "spent") throw new NotLinked(outcome === "used" ? "used_token" : "expired_token");
    const proof = await proveMailbox(tx, person.id, at);
    const user = await lockSignInUser(tx, person.id);
    if (!user) throw new NotLinked("invalid_token");
    const linked = await attachIdentity(tx, user, fromOffer(offer), policy, at);
    if (proof) {
      const { organizationId } = person;
      const target = { type: "user" as const, id: person.id };
      await recordInTransaction(tx, [
        { action: "emailVerified", status: "success", actor, target, organizationId, details: proof },
      ]);
    }
    return { user, linked };
  });
}

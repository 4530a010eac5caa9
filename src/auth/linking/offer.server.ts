/**
 * A sign-in at a provider whose address belongs to an account that it is not linked to: the browser may keep what the
 * provider said for a while, and have a mail sent to the account's own address. Neither links anything.
 */
import "server-only";
import { database } from "@db/connect.server";
import { after } from "next/server";
import { boundTokenDigest, newVerificationToken, SIGN_IN_TOKEN_MINUTES } from "@/account/verification-tokens";
import { insertVerificationToken } from "@/account/verification-tokens.store.server";
import type { EventInput } from "@/audit/catalogue";
import { recordDurably } from "@/audit/record.server";
import type { Attempt, Refusal } from "@/auth/attempt/attempt";
import { overMailLimit } from "@/auth/limits/mail-limit.server";
import { linkProviderMail } from "@/auth/linking/link-provider-mail";
import { calledProvider } from "@/auth/linking/linkable.server";
import { type LinkOffer, offeredIdentity } from "@/auth/linking/seals";
import { knownSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { speaksFor } from "@/auth/policy/vouching";
import { findUserById, type SignInUser } from "@/directory/users.store.server";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { sendMail } from "@/platform/mail.server";
import { report } from "@/platform/report.server";

/** What the browser may keep of a refused attempt; null where the provider does not vouch for the address, or it is about something else. */
export function offerOf({ evidence, account, provider }: Attempt, refusal: Refusal): LinkOffer | null {
  if (refusal.reason !== "account_not_linked" || evidence?.kind !== "identity" || !account) return null;
  const policy = knownSignInPolicy();
  const vouched = evidence.emailVerified && (policy === null || speaksFor(policy, provider, [account.email]));
  if (!vouched) return null;
  return { userId: account.id, provider, subject: evidence.subject, email: account.email, madeAt: now().getTime() };
}

async function makeAndSend(user: SignInUser, offer: LinkOffer, returnPath: string): Promise<void> {
  const { token } = newVerificationToken();
  const digest = boundTokenDigest(token, offeredIdentity(offer));
  if (!digest) throw new Error("A token of ours has not the form of one.");
  const createdAt = now();
  const expiresAt = new Date(createdAt.getTime() + SIGN_IN_TOKEN_MINUTES * 60_000);
  await insertVerificationToken(database(), {
    purpose: "link_provider",
    digest,
    userId: user.id,
    createdAt,
    expiresAt,
  });
  const link = new URL("/link-provider", env().NEXTAUTH_URL);
  link.searchParams.set("token", token);
  if (returnPath !== "/") link.searchParams.set("callbackUrl", returnPath);
  await sendMail(
    linkProviderMail(user.email, calledProvider(offer.provider), link.href, link.host, SIGN_IN_TOKEN_MINUTES),
  );
}

/** Records that a mail was asked for, and sends it to the account's own address after the answer has left, unless too many were. */
export async function requestLinkMail(offer: LinkOffer, returnPath: string): Promise<void> {
  const [limited, user] = await Promise.all([
    overMailLimit("link_provider", offer.email),
    findUserById(database(), offer.userId),
  ]);
  const inactive = user === null ? "unknown_user" : user.disabledAt ? "account_disabled" : null;
  const reason = limited ? "rate_limited" : inactive;
  const event = {
    action: "providerLinkRequested",
    actor: { type: "anonymous" },
    target: { type: "user", id: offer.userId },
    organizationId: user?.organizationId ?? null,
    provider: offer.provider,
    claimedEmail: offer.email,
    details: {},
  } satisfies Partial<EventInput>;
  await recordDurably([
    reason === null ? { ...event, status: "success" } : { ...event, status: "failure", failureReason: reason },
  ]);
  if (!user || reason !== null) return;
  after(async () => {
    try {
      await makeAndSend(user, offer, returnPath);
    } catch (error) {
      log().error({ err: error, userId: user.id }, "a link to link a provider could not be mailed");
      report(error, { mail: "link_provider" }, user.id);
    }
  });
}

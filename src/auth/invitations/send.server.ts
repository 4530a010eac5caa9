/** Making an invitation's link, in the transaction that invites, and mailing it once that has committed. */
import "server-only";
import { type Database, database } from "@db/connect.server";
import { newVerificationToken, signInLink } from "@/account/verification-tokens";
import { replaceInvitationToken } from "@/account/verification-tokens.store.server";
import { invitationMail } from "@/auth/invitations/mail";
import { countInvitationMails, noteInvitationMailed } from "@/directory/invitations.store.server";
import type { Role } from "@/directory/roles";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { sendMail } from "@/platform/mail.server";
import { report } from "@/platform/report.server";

/** How long an invitation can be accepted. */
const DAYS = 7;
/** Mails of invitations in an hour: of an organization, and to an address, from whatever organization. */
const LIMITS = { organization: 100, address: 5 };

export function invitationExpiry(at: Date): Date {
  return new Date(at.getTime() + DAYS * 86_400_000);
}

/** Whether an organization has sent, or an address been sent, as many invitations as an hour allows. */
export async function overInvitationLimit(
  db: Database,
  organizationId: string,
  email: string,
  at: Date,
): Promise<boolean> {
  const sent = await countInvitationMails(db, organizationId, email, new Date(at.getTime() - 3600_000));
  return sent.organization >= LIMITS.organization || sent.address >= LIMITS.address;
}

export type Sending = {
  invitationId: string;
  email: string;
  role: Role;
  organization: string;
  /** The inviter's email. */
  invitedBy: string;
};

/**
 * Makes the link that accepts the invitation; links that were mailed before are dead.
 * @returns what mails it; to be called when the transaction has committed. It never throws.
 */
export async function prepareInvitationMail(db: Database, sending: Sending, at: Date): Promise<() => Promise<void>> {
  const { token, digest } = newVerificationToken();
  const { invitationId } = sending;
  await replaceInvitationToken(db, { invitationId, digest, createdAt: at, expiresAt: invitationExpiry(at) });
  return () => deliver(sending, token);
}

/** The invitation stands whether or not its mail can be sent: it can be mailed again. */
async function deliver({ invitationId, email: to, ...words }: Sending, token: string): Promise<void> {
  const link = signInLink(env().NEXTAUTH_URL, token);
  try {
    await sendMail(invitationMail({ ...words, to, link: link.href, host: link.host, days: DAYS }));
    await noteInvitationMailed(database(), invitationId, now());
  } catch (error) {
    log().error({ err: error, invitationId }, "an invitation could not be mailed");
    report(error, { mail: "invitation" });
  }
}

/** What an invitation's link proves: that whoever opens it reads the mail of the address that was invited. */
import "server-only";
import { database } from "@db/connect.server";
import { findInvitationToken } from "@/account/verification-tokens.store.server";
import type { Attempt, Refusal } from "@/auth/attempt/attempt";
import { invitationRefusal } from "@/auth/invitations/standing.server";
import { findInvitation } from "@/directory/invitations.store.server";
import { findUserByEmail } from "@/directory/users.store.server";
import { now } from "@/platform/clock";

export async function proveInvitation(attempt: Attempt, digest: Buffer): Promise<Refusal | null> {
  const token = await findInvitationToken(database(), digest);
  const invitation = token && (await findInvitation(database(), token.invitationId));
  if (!invitation) return { reason: "invalid_token" };
  attempt.claimedEmail = invitation.email;
  attempt.account = await findUserByEmail(database(), invitation.email);
  const refusal = await invitationRefusal(database(), invitation);
  if (refusal) return refusal;
  if (token.usedAt) return { reason: "used_token" };
  if (token.expiresAt <= now()) return { reason: "expired_token" };
  attempt.provision = {
    kind: "accept_invitation",
    tokenId: token.id,
    invitationId: invitation.id,
    organizationId: invitation.organizationId,
  };
  return null;
}

/**
 * Accepting an invitation, in the transaction of the sign-in that its link is: the token is spent, the mailbox proven by
 * the link, the account made where there is none, and the membership begun.
 */
import "server-only";
import type { Database } from "@db/connect.server";
import { spendVerificationToken } from "@/account/verification-tokens.store.server";
import type { EventInput } from "@/audit/catalogue";
import type { Attempt, Provision, Refusal } from "@/auth/attempt/attempt";
import { invitationRefusal } from "@/auth/invitations/standing.server";
import { acceptInvitation, findInvitation, type Invitation } from "@/directory/invitations.store.server";
import { insertMembership } from "@/directory/memberships.store.server";
import { lockOrganization } from "@/directory/organizations.store.server";
import { findUserByEmail, insertVerifiedUser, proveMailbox } from "@/directory/users.store.server";

type Joined = { userId: string; organizationId: string | null; created: boolean };

/** The account with the invitation's address, its mailbox proven; made where there is none. Null for one that the gates have not seen. */
async function findOrMake(
  tx: Database,
  attempt: Attempt,
  invitation: Invitation,
  events: EventInput[],
  at: Date,
): Promise<Joined | null> {
  const { email, organizationId } = invitation;
  const made = await insertVerifiedUser(tx, { email, name: null, at });
  if (made !== null) {
    events.push({
      action: "userCreated",
      status: "success",
      actor: { type: "system" },
      target: { type: "user", id: made },
      organizationId,
      details: { via: "invitation" },
    });
    return { userId: made, organizationId, created: true };
  }
  const user = await findUserByEmail(tx, email);
  if (!user || user.id !== attempt.account?.id) return null;
  const person = { type: "user" as const, id: user.id };
  const proof = await proveMailbox(tx, user.id, at);
  if (proof) {
    events.push({
      action: "emailVerified",
      status: "success",
      actor: person,
      target: person,
      organizationId: user.organizationId,
      details: proof,
    });
  }
  return { userId: user.id, organizationId: user.organizationId ?? organizationId, created: false };
}

/** Answers who has joined, or why the invitation does not hold after all: then the transaction must not commit. */
export async function joinByInvitation(
  tx: Database,
  attempt: Attempt,
  { tokenId, invitationId }: Extract<Provision, { kind: "accept_invitation" }>,
  events: EventInput[],
  at: Date,
): Promise<Joined | { refusal: Refusal }> {
  const found = await findInvitation(tx, invitationId);
  // Whoever changes roles or withdraws invitations waits for the organization too.
  if (found) await lockOrganization(tx, found.organizationId);
  const invitation = found && (await findInvitation(tx, invitationId));
  if (!invitation) return { refusal: { reason: "invalid_token", cause: "invitation_gone" } };
  const refusal = await invitationRefusal(tx, invitation);
  if (refusal) return { refusal };
  const outcome = await spendVerificationToken(tx, tokenId, at);
  if (outcome !== "spent") return { refusal: { reason: outcome === "used" ? "used_token" : "expired_token" } };
  const joined = await findOrMake(tx, attempt, invitation, events, at);
  if (!joined) return { refusal: { reason: "internal_error", cause: "account_appeared" } };
  const { organizationId, role } = invitation;
  await acceptInvitation(tx, invitationId, joined.userId, at);
  // Who has become a member in the meantime keeps the role that they have.
  if (await insertMembership(tx, { organizationId, userId: joined.userId, role, at })) {
    events.push({
      action: "membershipChanged",
      status: "success",
      actor: { type: "user", id: joined.userId },
      target: { type: "user", id: joined.userId },
      organizationId,
      authMethod: attempt.method,
      provider: attempt.provider,
      changes: { role: { from: null, to: role } },
      details: { via: "invitation" },
    });
  }
  return joined;
}

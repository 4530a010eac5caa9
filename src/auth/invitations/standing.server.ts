/** Whether an invitation still holds: asked when its link is opened, and again in the transaction that accepts it. */
import "server-only";
import type { Database } from "@db/connect.server";
import type { Refusal } from "@/auth/attempt/attempt";
import type { Invitation } from "@/directory/invitations.store.server";
import { findAuthority } from "@/directory/organizations.store.server";
import { mayGrant } from "@/directory/roles";

/** Null for one that holds. Whoever invited must still be in a place to give the role. */
export async function invitationRefusal(db: Database, invitation: Invitation): Promise<Refusal | null> {
  if (invitation.acceptedAt) return { reason: "used_token" };
  if (invitation.withdrawnAt) return { reason: "invalid_token", cause: "invitation_withdrawn" };
  const authority = await findAuthority(db, invitation.invitedBy, invitation.organizationId);
  if (authority === null || !mayGrant(authority, invitation.role))
    return { reason: "invalid_token", cause: "inviter_without_role" };
  return null;
}

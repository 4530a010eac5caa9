/** What an invitation's link is about, for the page that it opens. Reading spends nothing. */
import "server-only";
import { database, isOutage } from "@db/connect.server";
import { tokenDigest } from "@/account/verification-tokens";
import { findInvitationToken } from "@/account/verification-tokens.store.server";
import { findInvitation } from "@/directory/invitations.store.server";
import type { Role } from "@/directory/roles";

/** Null for the token of another link, and while the database is away: then the button says what there is to say. */
export async function describeInvitation(token: string): Promise<{ organization: string; role: Role } | null> {
  const digest = tokenDigest(token);
  if (!digest) return null;
  try {
    const found = await findInvitationToken(database(), digest);
    const invitation = found && (await findInvitation(database(), found.invitationId));
    return invitation && { organization: invitation.organizationName, role: invitation.role };
  } catch (error) {
    if (isOutage(error)) return null;
    throw error;
  }
}

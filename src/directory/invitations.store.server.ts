/** Who was asked to join an organization, by whom and as what. */
import "server-only";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";
import type { Role } from "@/directory/roles";
import { newId } from "@/platform/ids";

export type Invitation = {
  id: string;
  organizationId: string;
  organizationName: string;
  email: string;
  role: Role;
  invitedBy: string;
  expiresAt: Date;
  acceptedAt: Date | null;
  withdrawnAt: Date | null;
};

export type PendingInvitation = {
  id: string;
  email: string;
  role: Role;
  invitedBy: string;
  createdAt: Date;
  expiresAt: Date;
  /** When its newest mail was handed over; null while none could be. */
  mailedAt: Date | null;
};

function selectInvitation(db: Database) {
  return db
    .selectFrom("invitations")
    .innerJoin("organizations", "organizations.id", "invitations.organization_id")
    .select([
      "invitations.id",
      "invitations.organization_id as organizationId",
      "organizations.name as organizationName",
      "invitations.email",
      "invitations.role",
      "invitations.invited_by as invitedBy",
      "invitations.expires_at as expiresAt",
      "invitations.accepted_at as acceptedAt",
      "invitations.withdrawn_at as withdrawnAt",
    ])
    .$narrowType<{ role: Role }>();
}

/** The invitation, accepted and withdrawn ones included. */
export async function findInvitation(db: Database, id: string): Promise<Invitation | null> {
  return (await selectInvitation(db).where("invitations.id", "=", id).executeTakeFirst()) ?? null;
}

/** The one that waits for somebody's answer, whether or not its time is over. @param email normalized */
export async function findPendingInvitation(
  db: Database,
  organizationId: string,
  email: string,
): Promise<Invitation | null> {
  const row = await selectInvitation(db)
    .where("organization_id", "=", organizationId)
    .where("email", "=", email)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .executeTakeFirst();
  return row ?? null;
}

/** The newest of those that wait for an answer. */
export async function listPendingInvitations(
  db: Database,
  organizationId: string,
  limit: number,
): Promise<PendingInvitation[]> {
  return db
    .selectFrom("invitations")
    .innerJoin("users", "users.id", "invitations.invited_by")
    .select([
      "invitations.id",
      "invitations.email",
      "invitations.role",
      "users.email as invitedBy",
      "invitations.created_at as createdAt",
      "invitations.expires_at as expiresAt",
      "invitations.mailed_at as mailedAt",
    ])
    .$narrowType<{ role: Role }>()
    .where("organization_id", "=", organizationId)
    .where("accepted_at", "is", null)
    .where("withdrawn_at", "is", null)
    .orderBy("invitations.created_at", "desc")
    .orderBy("invitations.id", "desc")
    .limit(limit)
    .execute();
}

export async function insertInvitation(
  db: Database,
  invitation: { organizationId: string; email: string; role: Role; invitedBy: string; at: Date; expiresAt: Date },
): Promise<string> {
  const id = newId();
  await db
    .insertInto("invitations")
    .values({
      id,
      organization_id: invitation.organizationId,
      email: invitation.email,
      role: invitation.role,
      invited_by: invitation.invitedBy,
      created_at: invitation.at,
      expires_at: invitation.expiresAt,
    })
    .execute();
  return id;
}

/** Gives an invitation another term; whoever renews it answers for it from now on. */
export async function renewInvitation(
  db: Database,
  id: string,
  { role, invitedBy, expiresAt }: { role: Role; invitedBy: string; expiresAt: Date },
): Promise<void> {
  await db
    .updateTable("invitations")
    .set({ role, invited_by: invitedBy, expires_at: expiresAt })
    .where("id", "=", id)
    .execute();
}

export async function noteInvitationMailed(db: Database, id: string, at: Date): Promise<void> {
  await db.updateTable("invitations").set({ mailed_at: at }).where("id", "=", id).execute();
}

export async function withdrawInvitation(db: Database, id: string, at: Date): Promise<void> {
  await db.updateTable("invitations").set({ withdrawn_at: at }).where("id", "=", id).execute();
}

export async function acceptInvitation(db: Database, id: string, userId: string, at: Date): Promise<void> {
  await db.updateTable("invitations").set({ accepted_at: at, accepted_by: userId }).where("id", "=", id).execute();
}

/** How many mails of invitations an organization has had sent, and an address been sent by whomever, since then. */
export async function countInvitationMails(
  db: Database,
  organizationId: string,
  email: string,
  since: Date,
): Promise<{ organization: number; address: number }> {
  const result = await sql<{ organization: number; address: number }>`
    select count(*) filter (where invitation.organization_id = ${organizationId})::int as organization,
           count(*) filter (where invitation.email = ${email})::int as address
      from invitations invitation
      join verification_tokens token on token.invitation_id = invitation.id and token.created_at > ${since}
     where invitation.organization_id = ${organizationId} or invitation.email = ${email}`.execute(db);
  return result.rows[0] ?? { organization: 0, address: 0 };
}

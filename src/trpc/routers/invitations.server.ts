/** `users.invite` and `organizations.invitations.*`: asking people to join, which they do by a link in their mail. */
import "server-only";
import type { Tx } from "@db/connect.server";
import { z } from "zod";
import { invitationExpiry, overInvitationLimit, prepareInvitationMail } from "@/auth/invitations/send.server";
import { offersEmailLink } from "@/auth/providers/offered.server";
import type { GatebookSession } from "@/auth/session-shape";
import {
  findInvitation,
  findPendingInvitation,
  insertInvitation,
  listPendingInvitations,
  renewInvitation,
  withdrawInvitation,
} from "@/directory/invitations.store.server";
import { findRole } from "@/directory/memberships.store.server";
import { findOrganization, type Organization } from "@/directory/organizations.store.server";
import { type Authority, type Role, roles } from "@/directory/roles";
import { findUserByEmail } from "@/directory/users.store.server";
import { now } from "@/platform/clock";
import { normalizeEmail } from "@/platform/text";
import { administeredOrganization, mustBeGrantable, noSuchOrganization } from "@/trpc/administered-organization.server";
import type { AuditNote } from "@/trpc/audit-note";
import { administratorProcedure, Refused, router } from "@/trpc/procedures.server";

/** A mail server has ten seconds to take a mail; what is older than this was not taken. */
const MAIL_TAKES_MS = 60_000;
/** Waiting invitations that are shown: the newest. */
const SHOWN = 200;

const email = z
  .string()
  .max(1024)
  .transform((typed) => normalizeEmail(typed))
  .refine((address) => address !== null, "Enter a whole address, such as name@example.com.")
  .transform((address) => address ?? "");

const invitationInput = z.strictObject({ organizationId: z.uuid(), invitationId: z.uuid() });

type InviteContext = { db: Tx; session: GatebookSession; audit: AuditNote<"userInvited"> };
type Invited = { organization: Organization; authority: Authority; email: string; role: Role };

/** Makes the invitation, or gives one that waits another term, and has it mailed when all of it has committed. */
async function invite(ctx: InviteContext, { organization, authority, email, role }: Invited): Promise<{ id: string }> {
  const { db, session, audit } = ctx;
  mustBeGrantable(authority, role);
  const waiting = await findPendingInvitation(db, organization.id, email);
  if (waiting) mustBeGrantable(authority, waiting.role);
  const user = await findUserByEmail(db, email);
  if (user && (await findRole(db, organization.id, user.id)) !== null)
    throw new Refused("CONFLICT", "already_member", "They are a member already.");
  if (!offersEmailLink())
    throw new Refused("CONFLICT", "no_mail", "No mail can be sent from here: SMTP_URL is not set.");
  const at = now();
  if (await overInvitationLimit(db, organization.id, email, at))
    throw new Refused("TOO_MANY_REQUESTS", "rate_limited", "Too many invitations were mailed lately. Try in an hour.");
  const terms = { role, invitedBy: session.user.id, expiresAt: invitationExpiry(at) };
  const id = waiting?.id ?? (await insertInvitation(db, { ...terms, organizationId: organization.id, email, at }));
  if (waiting) await renewInvitation(db, id, terms);
  audit.target({ type: "invitation", id }, organization.id);
  const words = { organization: organization.name, role, invitedBy: session.user.email };
  const mail = await prepareInvitationMail(db, { invitationId: id, email, ...words }, at);
  audit.afterCommit(() => void mail());
  return { id };
}

/** Asks somebody to join an organization. Whether they have an account already is not told. */
export const inviteUser = administratorProcedure
  .meta({ audit: "userInvited" })
  .input(z.strictObject({ email, organizationId: z.uuid(), role: z.enum(roles) }))
  .mutation(async ({ ctx, input: { email, organizationId, role } }) => {
    ctx.audit.claimedEmail(email);
    ctx.audit.details({ role });
    const { organization, authority } = await administeredOrganization(ctx, organizationId);
    ctx.audit.target({ type: "organization", id: organizationId }, organizationId);
    if (email === ctx.session.user.email)
      throw new Refused("BAD_REQUEST", "own_account", "Nobody can invite themselves.");
    return invite(ctx, { organization, authority, email, role });
  });

/** The organization, and an invitation of it that waits for an answer. */
async function waitingInvitation(
  ctx: { db: Tx; session: GatebookSession },
  { organizationId, invitationId }: z.output<typeof invitationInput>,
) {
  const administered = await administeredOrganization(ctx, organizationId);
  const invitation = await findInvitation(ctx.db, invitationId);
  if (!invitation || invitation.organizationId !== organizationId || invitation.acceptedAt || invitation.withdrawnAt)
    throw new Refused("NOT_FOUND", "not_found", "That invitation was accepted or withdrawn already.");
  return { ...administered, invitation };
}

export const invitationsRouter = router({
  /** Those that wait for an answer, the newest first; at most 200. */
  list: administratorProcedure.input(z.strictObject({ organizationId: z.uuid() })).query(async ({ ctx, input }) => {
    if (!(await findOrganization(ctx.db, ctx.administers, input.organizationId))) throw noSuchOrganization();
    const waiting = await listPendingInvitations(ctx.db, input.organizationId, SHOWN);
    const at = now();
    return waiting.map((invitation) => ({
      ...invitation,
      expired: invitation.expiresAt <= at,
      /** Whether its mail should have been handed over by now. */
      overdue: invitation.mailedAt === null && at.getTime() - invitation.createdAt.getTime() > MAIL_TAKES_MS,
    }));
  }),

  /** Mails it again, for another term. The link that was mailed before is dead, and the caller answers for it now. */
  resend: administratorProcedure
    .meta({ audit: "userInvited" })
    .input(invitationInput)
    .mutation(async ({ ctx, input }) => {
      const { organization, authority, invitation } = await waitingInvitation(ctx, input);
      ctx.audit.target({ type: "invitation", id: invitation.id }, organization.id);
      ctx.audit.claimedEmail(invitation.email);
      ctx.audit.details({ role: invitation.role });
      return invite(ctx, { organization, authority, email: invitation.email, role: invitation.role });
    }),

  /** Its link opens nothing from now on. */
  withdraw: administratorProcedure
    .meta({ audit: "invitationWithdrawn" })
    .input(invitationInput)
    .mutation(async ({ ctx, input }) => {
      const { organization, authority, invitation } = await waitingInvitation(ctx, input);
      ctx.audit.target({ type: "invitation", id: invitation.id }, organization.id);
      ctx.audit.claimedEmail(invitation.email);
      mustBeGrantable(authority, invitation.role);
      await withdrawInvitation(ctx.db, invitation.id, now());
    }),
});

/** `organizations.members.*`: who is in an organization, and as what. */
import "server-only";
import type { Tx } from "@db/connect.server";
import { z } from "zod";
import type { GatebookSession } from "@/auth/session-shape";
import { countOtherOwners, findRole, setRole } from "@/directory/memberships.store.server";
import { findOrganization } from "@/directory/organizations.store.server";
import { type Role, type RoleProblem, roleProblem, roles } from "@/directory/roles";
import { administeredOrganization, noSuchOrganization } from "@/trpc/administered-organization.server";
import type { AuditNote } from "@/trpc/audit-note";
import { membersPage } from "@/trpc/organization-members.server";
import { administratorProcedure, Refused, router } from "@/trpc/procedures.server";
import { searchInput } from "@/trpc/search-input";

const REFUSALS: Record<RoleProblem, ["BAD_REQUEST" | "FORBIDDEN" | "CONFLICT", string]> = {
  own_role: ["BAD_REQUEST", "Nobody can raise their own role."],
  above_own_role: ["FORBIDDEN", "That role is above your own: only an owner gives or takes it."],
  last_owner: ["CONFLICT", "They are the last owner who can sign in. Make somebody else an owner first."],
};

const memberInput = z.strictObject({ organizationId: z.uuid(), userId: z.uuid() });

type ChangeContext = { db: Tx; session: GatebookSession; audit: AuditNote<"membershipChanged"> };

/** Gives a member another role, or none: then they are one no more. */
async function changeRole(
  ctx: ChangeContext,
  { organizationId, userId }: z.output<typeof memberInput>,
  to: Role | null,
) {
  ctx.audit.details({ via: "administrator" });
  const { authority } = await administeredOrganization(ctx, organizationId);
  const from = await findRole(ctx.db, organizationId, userId);
  if (from === null) throw new Refused("NOT_FOUND", "not_found", "They are no member of this organization.");
  ctx.audit.target({ type: "user", id: userId }, organizationId);
  const otherOwners = await countOtherOwners(ctx.db, organizationId, userId);
  const own = ctx.session.user.id === userId;
  const problem = roleProblem({ authority, own, from, to, otherOwners });
  if (problem) throw new Refused(REFUSALS[problem][0], problem, REFUSALS[problem][1]);
  if (from === to) ctx.audit.each([]);
  else await setRole(ctx.db, organizationId, userId, to);
  ctx.audit.changed({ role: from }, { role: to });
  return { role: to };
}

export const membersRouter = router({
  /** The members, by email. */
  list: administratorProcedure.input(searchInput.extend({ organizationId: z.uuid() })).query(async ({ ctx, input }) => {
    if (!(await findOrganization(ctx.db, ctx.administers, input.organizationId))) throw noSuchOrganization();
    return membersPage(ctx.db, input);
  }),

  /** Counts at the member's next request: roles are read with every session. */
  setRole: administratorProcedure
    .meta({ audit: "membershipChanged" })
    .input(memberInput.extend({ role: z.enum(roles) }))
    .mutation(({ ctx, input: { role, ...member } }) => changeRole(ctx, member, role)),

  /** Ends a membership. The account stays, with whatever other memberships it has. */
  remove: administratorProcedure
    .meta({ audit: "membershipChanged" })
    .input(memberInput)
    .mutation(({ ctx, input }) => changeRole(ctx, input, null)),
});

/** `organizations.*`: what administrators see of organizations, and what they ask of their people's sign-ins. */
import "server-only";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { mappedRoles } from "@/directory/connections";
import {
  findAuthority,
  findOrganization,
  insertOrganization,
  listOrganizations,
  listUsableConnections,
  updateOrganization,
} from "@/directory/organizations.store.server";
import { normalizeDomain, signInMethods } from "@/directory/policy";
import { mayGrant, roles } from "@/directory/roles";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { administeredOrganization, noSuchOrganization } from "@/trpc/administered-organization.server";
import { organizationName, slug } from "@/trpc/names";
import { checkPolicy } from "@/trpc/organization-policy.server";
import { administratorProcedure, instanceAdministratorProcedure, Refused, router } from "@/trpc/procedures.server";
import { invitationsRouter } from "@/trpc/routers/invitations.server";
import { membersRouter } from "@/trpc/routers/members.server";
import { decodePlace, pageOf, searchInput } from "@/trpc/search-input";

const TAKEN = {
  slug_taken: "There is an organization with that slug already.",
  domain_taken: "One of these domains is another organization's.",
};

const domains = z
  .array(
    z
      .string()
      .max(300)
      .transform((typed) => normalizeDomain(typed))
      .refine((domain) => domain !== null, "Enter domains such as example.com.")
      .transform((domain) => domain ?? ""),
  )
  .max(50, "At most 50 domains.")
  .transform((given) => [...new Set(given)].sort());

const allowedMethods = z
  .array(z.enum(signInMethods))
  .min(1, "Allow at least one method.")
  .max(signInMethods.length)
  .transform((given) => signInMethods.filter((method) => given.includes(method)));

const change = z.strictObject({
  organizationId: z.uuid(),
  name: organizationName.optional(),
  slug: slug.optional(),
  /** For administrators of the instance. */
  domains: domains.optional(),
  allowedMethods: allowedMethods.optional(),
  requiredConnectionId: z.uuid().nullable().optional(),
  inviteOnly: z.boolean().optional(),
  defaultRole: z.enum(mappedRoles).optional(),
  /** Said after a first call was refused because it could keep its caller, or everybody, out. */
  confirmed: z.boolean().default(false),
});

/** What of a policy can keep people out. */
const RESTRICTING = ["domains", "allowedMethods", "requiredConnectionId"] as const;

/** The state with what is given in the place of what was. */
function changed<State extends object>(before: State, given: Partial<State>): State {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(entries) };
}

export const organizationsRouter = router({
  /** The organizations that the caller administers, by slug. */
  list: administratorProcedure.input(searchInput.prefault({})).query(async ({ ctx, input }) => {
    const { search, cursor, limit } = input;
    const after = cursor ? decodePlace(cursor) : null;
    const found = await listOrganizations(ctx.db, ctx.administers, search, after, limit + 1);
    return pageOf(found, limit, (organization) => organization.slug);
  }),

  /** One of them, with its policy, the connections that it could require, and what the caller may do in it. */
  get: administratorProcedure.input(z.strictObject({ organizationId: z.uuid() })).query(async ({ ctx, input }) => {
    const organization = await findOrganization(ctx.db, ctx.administers, input.organizationId);
    const authority = organization && (await findAuthority(ctx.db, ctx.session.user.id, organization.id));
    if (!authority) throw noSuchOrganization();
    return {
      ...organization,
      connections: env().SSO_CONNECTIONS === "on" ? await listUsableConnections(ctx.db, organization.id) : [],
      authority,
      grantableRoles: roles.filter((role) => mayGrant(authority, role)),
    };
  }),

  create: instanceAdministratorProcedure
    .meta({ audit: "organizationCreated" })
    .input(z.strictObject({ name: organizationName, slug }))
    .mutation(async ({ ctx, input }) => {
      const id = await insertOrganization(ctx.db, { ...input, at: now() });
      if (id === null) throw new Refused("CONFLICT", "slug_taken", TAKEN.slug_taken);
      ctx.audit.target({ type: "organization", id }, id);
      ctx.audit.changed({}, input);
      return { id };
    }),

  /** Changes what is given, and leaves the rest. Answers the domains as they are kept. */
  update: administratorProcedure
    .meta({ audit: "organizationUpdated" })
    .input(change)
    .mutation(async ({ ctx, input: { organizationId, confirmed, ...given } }) => {
      const { organization: before, authority } = await administeredOrganization(ctx, organizationId);
      ctx.audit.target({ type: "organization", id: organizationId }, organizationId);
      const after = changed(before, given);
      if (!isDeepStrictEqual(before.domains, after.domains) && authority !== "instance")
        throw new Refused("FORBIDDEN", "role_required", "Domains are set by an admin of this Gatebook.");
      const kept = { domains: after.domains };
      if (isDeepStrictEqual(before, after)) {
        ctx.audit.each([]);
        return kept;
      }
      ctx.audit.changed(before, after);
      if (RESTRICTING.some((field) => !isDeepStrictEqual(before[field], after[field])))
        await checkPolicy(ctx, after, confirmed);
      const taken = await updateOrganization(ctx.db, organizationId, after, now());
      if (taken) throw new Refused("CONFLICT", taken, TAKEN[taken]);
      return kept;
    }),

  members: membersRouter,
  invitations: invitationsRouter,
});

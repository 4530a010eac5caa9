/** The kinds of procedures. Who may call one is said by which of these it is built from; a refusal leaves its row. */
import "server-only";
import { administeredOrganizations, canAdminister, canReadHistory, readableOrganizations } from "@/auth/session-shape";
import { refusalsRecorded } from "@/trpc/audited.server";
import { procedure } from "@/trpc/kinds.server";
import { Refused, reported, t } from "@/trpc/trpc.server";

export { Refused };

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

const anybody = t.procedure.use(reported).use(refusalsRecorded);

const signedIn = anybody.use(async ({ ctx, next }) => {
  if (!ctx.session) throw new Refused("UNAUTHORIZED", "no_session", "Sign in first.");
  return next({ ctx: { session: ctx.session } });
});

const historyReader = signedIn.use(async ({ ctx, next }) => {
  if (!canReadHistory(ctx.session))
    throw new Refused("FORBIDDEN", "role_required", "You need the auditor, admin or owner role.");
  const readable = readableOrganizations(ctx.session);
  const historyScope = readable === "all" ? ("all" as const) : { organizations: readable };
  return next({ ctx: { session: ctx.session, historyScope } });
});

const administrator = signedIn.use(async ({ ctx, next }) => {
  if (!canAdminister(ctx.session)) throw new Refused("FORBIDDEN", "role_required", "You need the admin or owner role.");
  return next({ ctx: { session: ctx.session, administers: administeredOrganizations(ctx.session) } });
});

const instanceAdministrator = signedIn.use(async ({ ctx, next }) => {
  if (ctx.session.user.instanceRole !== "admin")
    throw new Refused("FORBIDDEN", "role_required", "You need to be an admin of this Gatebook.");
  return next({ ctx: { session: ctx.session } });
});

/** Anybody, signed in or not: `ctx.session` may be null. */
export const publicProcedure = procedure(anybody);

/** A signed-in caller: `ctx.session` is there. */
export const protectedProcedure = procedure(signedIn);

/** A reader of the history: `ctx.historyScope` says whose. An auditor, admin or owner, of the instance or an organization. */
export const auditorProcedure = procedure(historyReader);

/** An administrator of people: `ctx.administers` says whose. An admin of the instance, an admin or owner of an organization. */
export const administratorProcedure = procedure(administrator);

/** An administrator of the whole instance. */
export const instanceAdministratorProcedure = procedure(instanceAdministrator);

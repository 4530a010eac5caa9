/** The kinds of procedures. Who may call one is said by which of these it is built from. */
import "server-only";
import { TRPCError } from "@trpc/server";
import { administeredOrganizations, canAdminister, canReadHistory, readableOrganizations } from "@/auth/session-shape";
import { recordRefusal } from "@/trpc/audited.server";
import { procedure } from "@/trpc/kinds.server";
import { reported, t } from "@/trpc/trpc.server";

export { Refused } from "@/trpc/trpc.server";

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

const anybody = t.procedure.use(reported);

const signedIn = anybody.use(async ({ ctx, path, next }) => {
  if (!ctx.session) {
    await recordRefusal(path, "no_session", null);
    throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in first." });
  }
  return next({ ctx: { session: ctx.session } });
});

const historyReader = signedIn.use(async ({ ctx, path, next }) => {
  if (!canReadHistory(ctx.session)) {
    await recordRefusal(path, "role_required", ctx.session);
    throw new TRPCError({ code: "FORBIDDEN", message: "You need the auditor, admin or owner role." });
  }
  const readable = readableOrganizations(ctx.session);
  const historyScope = readable === "all" ? ("all" as const) : { organizations: readable };
  return next({ ctx: { session: ctx.session, historyScope } });
});

const administrator = signedIn.use(async ({ ctx, path, next }) => {
  if (!canAdminister(ctx.session)) {
    await recordRefusal(path, "role_required", ctx.session);
    throw new TRPCError({ code: "FORBIDDEN", message: "You need the admin or owner role." });
  }
  return next({ ctx: { session: ctx.session, administers: administeredOrganizations(ctx.session) } });
});

/** Anybody, signed in or not: `ctx.session` may be null. */
export const publicProcedure = procedure(anybody);

/** A signed-in caller: `ctx.session` is there. A refusal leaves an `accessDenied` row. */
export const protectedProcedure = procedure(signedIn);

/** A reader of the history: `ctx.historyScope` says whose. An auditor, admin or owner, of the instance or an organization. */
export const auditorProcedure = procedure(historyReader);

/** An administrator of people: `ctx.administers` says whose. An admin of the instance, an admin or owner of an organization. */
export const administratorProcedure = procedure(administrator);

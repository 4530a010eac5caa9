/** The kinds of procedures. Who may call one is said by which of these it is built from. */
import "server-only";
import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { ZodError, z } from "zod";
import { recordDurably } from "@/audit/record.server";
import { canReadHistory, type GatebookSession, readableOrganizations } from "@/auth/session-shape";
import { log } from "@/platform/log";
import { report } from "@/platform/report.server";
import { requestScope } from "@/platform/request-scope";
import type { Context } from "@/trpc/context.server";

const EXPECTED = new Set(["UNAUTHORIZED", "FORBIDDEN", "BAD_REQUEST", "NOT_FOUND", "METHOD_NOT_SUPPORTED"]);

const t = initTRPC.context<Context>().create({
  transformer: superjson,
  // Never a stack, a query or an address: the code, the zod issues of bad input, the request id.
  errorFormatter({ shape, error }) {
    const expected = EXPECTED.has(error.code);
    const { cause } = error;
    return {
      ...shape,
      message:
        cause instanceof ZodError
          ? "The input is not valid."
          : expected
            ? error.message
            : "Something went wrong on our side.",
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        requestId: requestScope()?.requestId ?? null,
        issues: cause instanceof ZodError ? z.treeifyError(cause) : null,
      },
    };
  },
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/** Logs and reports the unexpected; expected refusals are answers, not exceptions. */
const reported = t.middleware(async ({ path, type, ctx, next }) => {
  const result = await next();
  if (!result.ok && !EXPECTED.has(result.error.code)) {
    const error = result.error.cause ?? result.error;
    log().error({ err: error, procedure: path, type }, "a procedure failed");
    report(error, { procedure: path }, ctx.session?.user.id);
  }
  return result;
});

async function recordRefusal(path: string, reason: string, session: GatebookSession | null): Promise<void> {
  await recordDurably([
    {
      action: "accessDenied",
      status: "failure",
      failureReason: reason,
      actor: session ? { type: "user", id: session.user.id } : { type: "anonymous" },
      organizationId: session?.memberships[0]?.organizationId ?? null,
      sessionId: session?.sid ?? null,
      details: { procedure: path.slice(0, 200) },
    },
  ]);
}

export const publicProcedure = t.procedure.use(reported);

/** A signed-in caller: `ctx.session` is there. A refusal leaves an `accessDenied` row. */
export const protectedProcedure = publicProcedure.use(async ({ ctx, path, next }) => {
  if (!ctx.session) {
    await recordRefusal(path, "no_session", null);
    throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in first." });
  }
  return next({ ctx: { session: ctx.session } });
});

/** A reader of the history: `ctx.historyScope` says whose. An auditor, admin or owner, of the instance or an organization. */
export const auditorProcedure = protectedProcedure.use(async ({ ctx, path, next }) => {
  if (!canReadHistory(ctx.session)) {
    await recordRefusal(path, "role_required", ctx.session);
    throw new TRPCError({ code: "FORBIDDEN", message: "You need the auditor, admin or owner role." });
  }
  const readable = readableOrganizations(ctx.session);
  const historyScope = readable === "all" ? ("all" as const) : { organizations: readable };
  return next({ ctx: { session: ctx.session, historyScope } });
});

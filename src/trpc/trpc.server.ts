/** tRPC itself: the context, what a procedure says of itself, and how an error looks from outside. */
import "server-only";
import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import { ZodError, z } from "zod";
import type { Action } from "@/audit/catalogue";
import { reportFailure } from "@/auth/failures.server";
import { requestScope } from "@/platform/request-scope";
import type { Context } from "@/trpc/context.server";

/** What a procedure says of itself. */
export type Meta = {
  /** The action under which its calls stand in the book. Without one, a procedure cannot be a mutation. */
  audit?: Action;
  /** The isolation of a mutation's transaction; `read committed` unless said otherwise. */
  isolation?: "serializable" | "repeatable read";
};

/** A refusal with a reason of its own, which the failure row and the client get: `new Refused("CONFLICT", "email_taken", "...")`. */
export class Refused extends TRPCError {
  /**
   * @param reason snake_case
   * @param message one sentence for a person
   */
  constructor(
    code: TRPCError["code"],
    readonly reason: string,
    message: string,
  ) {
    super({ code, message });
    this.name = "Refused";
  }
}

/** Answers to what a client did, as opposed to what went wrong on our side. */
const EXPECTED: ReadonlySet<TRPCError["code"]> = new Set([
  "UNAUTHORIZED",
  "FORBIDDEN",
  "BAD_REQUEST",
  "NOT_FOUND",
  "CONFLICT",
  "PRECONDITION_FAILED",
  "TOO_MANY_REQUESTS",
  "METHOD_NOT_SUPPORTED",
]);

export const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    transformer: superjson,
    // A stream is opened anew after ten minutes at the latest, and kept awake for proxies that close what is silent.
    sse: {
      maxDurationMs: 10 * 60_000,
      ping: { enabled: true, intervalMs: 15_000 },
      client: { reconnectAfterInactivityMs: 30_000 },
    },
    // Never a stack, a query or an address: the code, the reason, the zod issues of bad input, the request id.
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
          reason: reasonOf(error),
          requestId: requestScope()?.requestId ?? null,
          issues: cause instanceof ZodError ? z.treeifyError(cause) : null,
        },
      };
    },
  });

/** The reason of an error in snake_case: its own, or what its code says. */
export function reasonOf(error: TRPCError): string {
  if (error instanceof Refused) return error.reason;
  if (error.cause instanceof ZodError) return "invalid_input";
  return EXPECTED.has(error.code) ? error.code.toLowerCase() : "internal_error";
}

/** Logs and reports the unexpected; expected refusals are answers, not exceptions. */
export const reported = t.middleware(async ({ path, ctx, next }) => {
  const result = await next();
  if (!result.ok && !EXPECTED.has(result.error.code)) {
    reportFailure(result.error.cause ?? result.error, { procedure: path }, "a procedure failed", ctx.session?.user.id);
  }
  return result;
});

/** `ssoConnections.test`: asks a connection's provider what can be known without anybody signing in, and keeps it. */
import "server-only";
import { database } from "@db/connect.server";
import { z } from "zod";
import { diagnose } from "@/auth/connection-test/diagnose.server";
import { keepTestResult } from "@/auth/connection-test/keep.server";
import { type Check, steps } from "@/auth/connection-test/result";
import { findTested, type Tested } from "@/auth/connection-test/tested.server";
import { firstProblem } from "@/auth/connection-test/verdict";
import { now } from "@/platform/clock";
import { administratorProcedure, Refused } from "@/trpc/procedures.server";

/** A test waits for somebody else's server and has a connection of the pool meanwhile: most of them must stay free. */
const MOST_AT_ONCE = 3;
let underWay = 0;

function checksOf({ client, connection, callbackUrl }: Tested): Promise<Check[]> {
  if (!client) {
    const unreadable = { step: "secret", outcome: "failed", problem: "secret_unreadable" } as const;
    return Promise.resolve(steps.map((step) => (step === "secret" ? unreadable : { step, outcome: "skipped" })));
  }
  const { issuer, clientId, clientSecret } = client;
  return diagnose({ kind: connection.kind, issuer, clientId, clientSecret: clientSecret(), callbackUrl });
}

export const testConnection = administratorProcedure
  .meta({ audit: "ssoConnectionTested" })
  .input(z.strictObject({ connectionId: z.uuid() }))
  .mutation(async ({ ctx, input: { connectionId } }) => {
    if (underWay >= MOST_AT_ONCE)
      throw new Refused("CONFLICT", "busy", "Other connections are being tested just now. Try again in a few seconds.");
    underWay += 1;
    try {
      // Not in the transaction: it begins with its first statement, and should not be open while the provider is asked.
      const tested = await findTested(database(), ctx.administers, connectionId);
      if (!tested)
        throw new Refused("NOT_FOUND", "not_found", "There is no such connection, or it is not yours to administer.");
      const { connection } = tested;
      ctx.audit.target({ type: "connection", id: connection.id }, connection.organizationId);
      const checked = { at: now().toISOString(), checks: await checksOf(tested) };
      const problem = firstProblem({ checked, roundTrip: null });
      if (problem) ctx.audit.found(problem.problem);
      ctx.audit.details(problem ?? {});
      if (!(await keepTestResult(ctx.db, ctx.administers, connection, { checked }, now())))
        throw new Refused("CONFLICT", "connection_changed", "The connection was changed meanwhile. Test it again.");
      return checked;
    } finally {
      underWay -= 1;
    }
  });

/**
 * What makes a call leave its row. A mutation runs in one transaction with the row of its success; whatever fails rolls
 * back both and leaves a failure. A query of other people's history is noted before its answer leaves.
 */
import "server-only";
import { isSerializationFailure, type Tx } from "@db/connect.server";
import { TRPCError } from "@trpc/server";
import type { Action } from "@/audit/catalogue";
import { noteQuery } from "@/audit/queries.server";
import { recordDurably, recordInTransaction } from "@/audit/record.server";
import { reportFailure } from "@/auth/failures.server";
import type { GatebookSession } from "@/auth/session-shape";
import { log } from "@/platform/log";
import { report } from "@/platform/report.server";
import { AuditNote, type Caller } from "@/trpc/audit-note";
import { reasonOf, t } from "@/trpc/trpc.server";

/** How often a transaction that lost against a concurrent one is run again. */
const TRIES = 6;

/** Thrown inside a transaction to roll it back with the result of the procedure. */
class RolledBack<Result> extends Error {
  constructor(readonly result: Result) {
    super("The procedure failed.");
  }
}

function callerOf(session: GatebookSession | null): Caller {
  return {
    actor: session ? { type: "user", id: session.user.id } : { type: "anonymous" },
    sessionId: session?.sid ?? null,
    organizationId: session?.memberships[0]?.organizationId ?? null,
  };
}

/** A refused call: who tried what. */
async function recordRefusal(path: string, reason: string, session: GatebookSession | null): Promise<void> {
  await recordDurably([
    {
      ...callerOf(session),
      action: "accessDenied",
      status: "failure",
      failureReason: reason,
      details: { procedure: path.slice(0, 200) },
    },
  ]);
}

/** Errors whose row is written already. */
const recorded = new WeakSet<TRPCError>();
const REFUSALS: ReadonlySet<TRPCError["code"]> = new Set(["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"]);

/** For every procedure: a refusal leaves its row before its answer, whoever refuses. Mutations write theirs themselves, with their action. */
export const refusalsRecorded = t.middleware(async ({ ctx, path, next }) => {
  const result = await next();
  if (!result.ok && REFUSALS.has(result.error.code) && !recorded.has(result.error)) {
    await recordRefusal(path, reasonOf(result.error), ctx.session);
  }
  return result;
});

async function recordFailure(path: string, note: AuditNote<Action>, error: TRPCError, session: GatebookSession | null) {
  recorded.add(error);
  try {
    if (error.code === "FORBIDDEN") await recordRefusal(path, reasonOf(error), session);
    else await recordDurably([note.failure(callerOf(session), reasonOf(error))]);
  } catch (lost) {
    // The call has failed already and says so; what is lost is its row, and that nobody must overlook.
    log().fatal({ err: lost, procedure: path, reason: reasonOf(error) }, "a failed call could not be recorded");
    report(lost, { procedure: path, lost: note.action });
  }
}

/** The change stands, whatever becomes of what waited for it: its failure must not be told as one of the call. */
function runCommitted(path: string, note: AuditNote<Action>, session: GatebookSession | null): void {
  try {
    note.committed();
  } catch (error) {
    reportFailure(error, { procedure: path }, "what waited for a commit failed", session?.user.id);
  }
}

const pause = (tries: number) => new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tries));

/** For mutations: `ctx.db` is the transaction and `ctx.audit` what will be written of the call. */
export const auditedMutation = t.middleware(async ({ ctx, path, meta, next }) => {
  const action = meta?.audit;
  if (!action) throw new Error(`${path} has no audit action.`);
  for (let tries = 1; ; tries += 1) {
    const note = new AuditNote(action);
    try {
      const transaction = ctx.db.transaction();
      const result = await (meta.isolation ? transaction.setIsolationLevel(meta.isolation) : transaction).execute(
        async (tx: Tx) => {
          const ran = await next({ ctx: { db: tx, audit: note } });
          if (!ran.ok) throw new RolledBack(ran);
          await recordInTransaction(tx, note.success(callerOf(ctx.session)));
          return ran;
        },
      );
      runCommitted(path, note, ctx.session);
      return result;
    } catch (thrown) {
      await note.rolledBack();
      const failed = thrown instanceof RolledBack ? (thrown.result as { ok: false; error: TRPCError }) : null;
      const cause = failed ? failed.error.cause : thrown;
      if (isSerializationFailure(cause) && tries < TRIES) {
        await pause(tries);
        continue;
      }
      const error = failed?.error ?? new TRPCError({ code: "INTERNAL_SERVER_ERROR", cause: thrown });
      await recordFailure(path, note, error, ctx.session);
      if (failed) return (thrown as RolledBack<never>).result;
      throw error;
    }
  }
});

/** For queries of other people's history. */
export const auditedQuery = t.middleware(async ({ ctx, path, getRawInput, next }) => {
  const result = await next();
  if (result.ok && ctx.session) {
    await noteQuery(ctx.db, { ...callerOf(ctx.session), sessionId: ctx.session.sid }, path, await getRawInput());
  }
  return result;
});

/** `signIns.*`: the sign-in history for those who may read it. */
import "server-only";
import { z } from "zod";
import { decodeCursor, signInFilter } from "@/audit/history";
import { listSignIns } from "@/audit/history.store.server";
import { statsInput } from "@/audit/history-summary";
import { signInFacets, signInStats } from "@/audit/history-summary.store.server";
import { pageInput } from "@/trpc/page-input";
import { auditorProcedure, router } from "@/trpc/procedures.server";
import { currentPlace, watchSignIns } from "@/trpc/sign-in-tail.server";
import { streamed } from "@/trpc/stream.server";

export const signInsRouter = router({
  /** Every attempt that the caller may see, newest first. */
  list: auditorProcedure
    .meta({ audit: "auditQueried" })
    .input(pageInput.extend({ filter: signInFilter.optional() }))
    .query(({ ctx, input }) => {
      const cursor = input.cursor ? decodeCursor(input.cursor) : null;
      return listSignIns(ctx.db, ctx.historyScope, input.filter ?? {}, cursor, input.limit);
    }),

  /** How many attempts there were by time, by outcome and by method: the histogram above the list. */
  stats: auditorProcedure
    .meta({ audit: "auditQueried" })
    .input(statsInput)
    .query(({ ctx, input }) => signInStats(ctx.db, ctx.historyScope, input.filter ?? {}, input.bucket)),

  /** How many attempts each value of a part of the filter would find, its own selection ignored, and how many the filter finds. */
  facets: auditorProcedure
    .meta({ audit: "auditQueried" })
    .input(z.strictObject({ filter: signInFilter.optional() }))
    .query(({ ctx, input }) => signInFacets(ctx.db, ctx.historyScope, input.filter ?? {})),

  /** Where the book stands: what is recorded from then on, `tail` sends after this place. It tells nothing of anybody. */
  place: auditorProcedure.query(({ ctx }) => currentPlace(ctx.db)),

  /** Attempts as they commit, from now on or from where the reader was: none left out, none twice. */
  tail: auditorProcedure
    .meta({ audit: "auditQueried" })
    .input(z.strictObject({ filter: signInFilter.optional(), lastEventId: z.string().max(100).nullish() }).prefault({}))
    .subscription(({ ctx, input: { filter = {}, lastEventId }, signal }) =>
      streamed(
        "signIns.tail",
        signal,
        watchSignIns(ctx.db, { sessionId: ctx.session.sid, filter, lastEventId }, signal),
      ),
    ),
});

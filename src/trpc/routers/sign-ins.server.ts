/** `signIns.*`: the sign-in history for those who may read it. */
import "server-only";
import { decodeCursor, signInFilter } from "@/audit/history";
import { listSignIns } from "@/audit/history.store.server";
import { pageInput } from "@/trpc/page-input";
import { auditorProcedure, router } from "@/trpc/procedures.server";

export const signInsRouter = router({
  /** Every attempt that the caller may see, newest first. */
  list: auditorProcedure
    .meta({ audit: "auditQueried" })
    .input(pageInput.extend({ filter: signInFilter.optional() }))
    .query(({ ctx, input }) => {
      const cursor = input.cursor ? decodeCursor(input.cursor) : null;
      return listSignIns(ctx.db, ctx.historyScope, input.filter ?? {}, cursor, input.limit);
    }),
});

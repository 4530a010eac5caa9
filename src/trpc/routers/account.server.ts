/** `account.*`: what a signed-in person sees of their own account. */
import "server-only";
import { decodeCursor } from "@/audit/history";
import { listSignIns } from "@/audit/history.store.server";
import { pageInput } from "@/trpc/page-input";
import { protectedProcedure, router } from "@/trpc/procedures.server";

export const accountRouter = router({
  /** The caller's own sign-ins and the failed attempts against their account, newest first. */
  activity: protectedProcedure.input(pageInput.prefault({})).query(({ ctx, input }) => {
    const cursor = input.cursor ? decodeCursor(input.cursor) : null;
    return listSignIns(ctx.db, { userId: ctx.session.user.id }, {}, cursor, input.limit);
  }),
});

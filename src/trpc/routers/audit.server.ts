/** `audit.*`: the whole book, every action, for those who may read it. */
import "server-only";
import { z } from "zod";
import { auditFilter } from "@/audit/audit-log";
import { findAuditEvent, listAuditEvents } from "@/audit/audit-log.store.server";
import { decodeCursor } from "@/audit/history";
import { pageInput } from "@/trpc/page-input";
import { auditorProcedure, Refused, router } from "@/trpc/procedures.server";

export const auditRouter = router({
  /** Every event that the caller may see, newest first. */
  list: auditorProcedure
    .meta({ audit: "auditQueried" })
    .input(pageInput.extend({ filter: auditFilter.optional() }))
    .query(({ ctx, input }) => {
      const cursor = input.cursor ? decodeCursor(input.cursor) : null;
      return listAuditEvents(ctx.db, ctx.historyScope, input.filter ?? {}, cursor, input.limit);
    }),

  /** One event with all that is known of it. NOT_FOUND also for what is not the caller's to see. */
  get: auditorProcedure
    .meta({ audit: "auditQueried" })
    .input(z.strictObject({ id: z.uuid() }))
    .query(async ({ ctx, input }) => {
      const event = await findAuditEvent(ctx.db, ctx.historyScope, input.id);
      if (!event) throw new Refused("NOT_FOUND", "not_found", "There is no such event, or it is not yours to see.");
      return event;
    }),
});

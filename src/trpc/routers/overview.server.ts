/** `overview.*`: how the day goes, for those who read the history; and how the instance does, for its administrators. */
import "server-only";
import { listNewPlaces, readToday } from "@/audit/overview.store.server";
import { readiness } from "@/audit/readiness.server";
import { now } from "@/platform/clock";
import { auditorProcedure, instanceAdministratorProcedure, router } from "@/trpc/procedures.server";

export const overviewRouter = router({
  /** Today's attempts so far against the same hours of the days before. */
  today: auditorProcedure
    .meta({ audit: "auditQueried" })
    .query(({ ctx }) => readToday(ctx.db, ctx.historyScope, now())),

  /** The newest sign-ins from devices and networks that are new for the person. */
  newPlaces: auditorProcedure
    .meta({ audit: "auditQueried" })
    .query(({ ctx }) => listNewPlaces(ctx.db, ctx.historyScope, now())),

  /** Whether this process can do its work now, and what waits to be written: as `/api/health/ready` says it. */
  health: instanceAdministratorProcedure.query(readiness),
});

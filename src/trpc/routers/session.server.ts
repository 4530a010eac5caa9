/** `session.*`: the caller's own sessions. */
import "server-only";
import { database } from "@db/connect.server";
import { deviceOf } from "@/audit/device";
import { listLiveSessions } from "@/auth/session.store.server";
import { sessionLimits } from "@/auth/session-read.server";
import { protectedProcedure, publicProcedure, router } from "@/trpc/procedures.server";

export const sessionRouter = router({
  /** The session, or null. */
  current: publicProcedure.query(({ ctx }) => ctx.session),

  /** The caller's live sessions, this one first, then last used first. */
  list: protectedProcedure.query(async ({ ctx }) => {
    const sessions = await listLiveSessions(database(), ctx.session.user.id, sessionLimits());
    return sessions
      .map((session) => ({
        ...session,
        current: session.id === ctx.session.sid,
        device: deviceOf(session.userAgent) ?? "Unknown device",
      }))
      .sort((a, b) => Number(b.current) - Number(a.current));
  }),
});

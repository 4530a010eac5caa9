/** `session.*`: the caller's own sessions. */
import "server-only";
import { z } from "zod";
import { deviceOf } from "@/audit/device";
import { inspectorAllowed } from "@/auth/inspection/allowed";
import { inspectSession } from "@/auth/inspection/inspect.server";
import { endOtherSessions, endSessionOf, expireSession, listLiveSessions } from "@/auth/session.store.server";
import { sessionLimits } from "@/auth/session-read.server";
import { now } from "@/platform/clock";
import { env } from "@/platform/env";
import { protectedProcedure, publicProcedure, Refused, router } from "@/trpc/procedures.server";
import { followSessionEvents } from "@/trpc/session-events.server";

export const sessionRouter = router({
  /** The session, or null. */
  current: publicProcedure.query(({ ctx }) => ctx.session),

  /** The caller's live sessions, this one first, then last used first. */
  list: protectedProcedure.query(async ({ ctx }) => {
    const sessions = await listLiveSessions(ctx.db, ctx.session.user.id, sessionLimits());
    return sessions
      .map((session) => ({
        ...session,
        current: session.id === ctx.session.sid,
        device: deviceOf(session.userAgent) ?? "Unknown device",
      }))
      .sort((a, b) => Number(b.current) - Number(a.current));
  }),

  /** Ends one of the caller's sessions: its cookie is dead at its next use. NOT_FOUND for what is not a live session of theirs. */
  revoke: protectedProcedure
    .meta({ audit: "sessionRevoked" })
    .input(z.strictObject({ sessionId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      ctx.audit.details({ by: "owner" });
      const ended = await endSessionOf(ctx.db, ctx.session.user.id, input.sessionId, now());
      if (!ended) throw new Refused("NOT_FOUND", "not_found", "That session has ended already.");
      ctx.audit.target({ type: "session", id: input.sessionId });
      return { ended: 1 };
    }),

  /** Ends all of the caller's sessions but this one. */
  revokeOthers: protectedProcedure.meta({ audit: "sessionRevoked" }).mutation(async ({ ctx }) => {
    ctx.audit.details({ by: "owner" });
    const ended = await endOtherSessions(ctx.db, ctx.session.user.id, ctx.session.sid, "revoked", now());
    ctx.audit.each(ended.map((id) => ({ type: "session", id })));
    return { ended: ended.length };
  }),

  /** This session as its owner may see it: token, cookie, lifetimes, roles and its own newest events. No secrets. */
  inspect: protectedProcedure.query(async ({ ctx }) => {
    const inspection = await inspectSession(ctx.db, ctx.session);
    if (!inspection) throw new Refused("UNAUTHORIZED", "no_session", "The session has ended.");
    return inspection;
  }),

  /** This session's events as they commit, those of one request alone if asked so. */
  events: protectedProcedure
    .input(
      z
        .strictObject({
          requestId: z
            .string()
            .regex(/^[\w.:-]{8,128}$/)
            .optional(),
          lastEventId: z.string().max(4000).nullish(),
        })
        .prefault({}),
    )
    .subscription(({ ctx, input, signal }) =>
      followSessionEvents(ctx.db, { sessionId: ctx.session.sid, ...input }, signal),
    ),

  /** For developers: ends the caller's own session as time would. Not there in production, unless the inspector is. */
  simulateExpiry: protectedProcedure
    .meta({ audit: "sessionExpirySimulated" })
    .input(z.strictObject({ kind: z.enum(["idle", "absolute"]) }))
    .mutation(async ({ ctx, input }) => {
      ctx.audit.details(input);
      ctx.audit.target({ type: "session", id: ctx.session.sid });
      if (!inspectorAllowed(env())) throw new Refused("NOT_FOUND", "not_found", "There is no such procedure here.");
      await expireSession(ctx.db, ctx.session.sid, input.kind, sessionLimits());
      return { expired: input.kind };
    }),
});

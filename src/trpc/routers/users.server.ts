/** `users.*`: what administrators do with people. */
import "server-only";
import { z } from "zod";
import { endOtherSessions } from "@/auth/session.store.server";
import type { GatebookSession } from "@/auth/session-shape";
import { type Administered, findAdministered, setDisabled } from "@/directory/administration.store.server";
import { now } from "@/platform/clock";
import { administratorProcedure, Refused, router } from "@/trpc/procedures.server";

const userInput = z.strictObject({ userId: z.uuid() });

type AdministratorContext = {
  db: Parameters<typeof findAdministered>[0];
  session: GatebookSession;
  administers: "all" | string[];
};

/** The person, if the caller administers them. Whether somebody else's person exists is not told. */
async function administered({ db, administers }: AdministratorContext, userId: string): Promise<Administered> {
  const user = await findAdministered(db, userId, administers);
  if (!user)
    throw new Refused("NOT_FOUND", "not_found", "There is no such person, or they are not yours to administer.");
  return user;
}

function notOneself(session: GatebookSession, userId: string): void {
  if (session.user.id === userId)
    throw new Refused("BAD_REQUEST", "own_account", "Nobody can do this to their own account.");
}

export const usersRouter = router({
  /** Ends all sessions of a person. */
  endSessions: administratorProcedure
    .meta({ audit: "sessionRevoked" })
    .input(userInput)
    .mutation(async ({ ctx, input }) => {
      ctx.audit.details({ by: "administrator" });
      const user = await administered(ctx, input.userId);
      const ended = await endOtherSessions(ctx.db, user.id, null, "revoked", now());
      ctx.audit.each(
        ended.map((id) => ({ type: "session", id })),
        user.organizationId,
      );
      return { ended: ended.length };
    }),

  /** Closes an account: its sessions end, and nobody signs in to it until it is enabled again. */
  disable: administratorProcedure
    .meta({ audit: "userDisabled" })
    .input(userInput)
    .mutation(async ({ ctx, input }) => {
      notOneself(ctx.session, input.userId);
      const user = await administered(ctx, input.userId);
      ctx.audit.target({ type: "user", id: user.id }, user.organizationId);
      if (user.disabledAt) throw new Refused("CONFLICT", "already_disabled", "The account is disabled already.");
      await setDisabled(ctx.db, user.id, now());
      const ended = await endOtherSessions(ctx.db, user.id, null, "user_disabled", now());
      ctx.audit.details({ endedSessions: ended.length });
      return { ended: ended.length };
    }),

  /** Opens a disabled account again. */
  enable: administratorProcedure
    .meta({ audit: "userEnabled" })
    .input(userInput)
    .mutation(async ({ ctx, input }) => {
      const user = await administered(ctx, input.userId);
      ctx.audit.target({ type: "user", id: user.id }, user.organizationId);
      if (!user.disabledAt) throw new Refused("CONFLICT", "not_disabled", "The account is not disabled.");
      await setDisabled(ctx.db, user.id, null);
    }),
});

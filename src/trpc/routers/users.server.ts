/** `users.*`: what administrators see of people and do with them. */
import "server-only";
import { z } from "zod";
import { mailPasswordReset } from "@/auth/password-reset.server";
import { offersEmailLink } from "@/auth/providers/offered";
import { endOtherSessions } from "@/auth/session.store.server";
import type { GatebookSession } from "@/auth/session-shape";
import { setDisabled } from "@/directory/administration.store.server";
import { now } from "@/platform/clock";
import { administered } from "@/trpc/administered.server";
import { peopleInput, peoplePage, personDetails } from "@/trpc/people.server";
import { administratorProcedure, Refused, router } from "@/trpc/procedures.server";

const userInput = z.strictObject({ userId: z.uuid() });

function notOneself(session: GatebookSession, userId: string): void {
  if (session.user.id === userId)
    throw new Refused("BAD_REQUEST", "own_account", "Nobody can do this to their own account.");
}

export const usersRouter = router({
  /** The people whom the caller may see, by email. */
  list: administratorProcedure.input(peopleInput.prefault({})).query(({ ctx, input }) => peoplePage(ctx, input)),

  /** One of them, with their ways in and their sessions where the caller administers them. */
  get: administratorProcedure.input(userInput).query(async ({ ctx, input }) => {
    const person = await personDetails(ctx, input.userId);
    if (!person) throw new Refused("NOT_FOUND", "not_found", "There is no such person, or they are not yours to see.");
    return person;
  }),

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

  /** Mails a person a link to choose a new password. Nobody but them ever sets it (ASVS 6.4.6). */
  sendPasswordReset: administratorProcedure
    .meta({ audit: "passwordResetRequested" })
    .input(userInput)
    .mutation(async ({ ctx, input }) => {
      ctx.audit.details({ by: "administrator" });
      const user = await administered(ctx, input.userId);
      ctx.audit.target({ type: "user", id: user.id }, user.organizationId);
      if (!offersEmailLink()) throw new Refused("CONFLICT", "no_mail", "No mail can be sent from here.");
      if (user.disabledAt) throw new Refused("CONFLICT", "account_disabled", "The account is disabled.");
      ctx.audit.afterCommit(() => void mailPasswordReset(user, "administrator"));
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

/** `users.*`: what administrators see of people and do with them. */
import "server-only";
import { isDeepStrictEqual } from "node:util";
import type { Tx } from "@db/connect.server";
import { z } from "zod";
import { decodeCursor } from "@/audit/history";
import { listPersonChanges } from "@/audit/person-changes.store.server";
import { mailPasswordReset } from "@/auth/password-reset.server";
import { offersEmailLink } from "@/auth/providers/offered.server";
import { endOtherSessions, endSessionOf } from "@/auth/session.store.server";
import type { GatebookSession } from "@/auth/session-shape";
import { findStanding, lockInstanceAdmins, setDisabled, updateStanding } from "@/directory/administration.store.server";
import { findPerson } from "@/directory/people.store.server";
import { now } from "@/platform/clock";
import { administered } from "@/trpc/administered.server";
import { personName } from "@/trpc/names";
import { pageInput } from "@/trpc/page-input";
import { peoplePage, personDetails } from "@/trpc/people.server";
import { administratorProcedure, Refused, router } from "@/trpc/procedures.server";
import { inviteUser } from "@/trpc/routers/invitations.server";
import { searchInput } from "@/trpc/search-input";

const userInput = z.strictObject({ userId: z.uuid() });

function notOneself(session: GatebookSession, userId: string): void {
  if (session.user.id === userId)
    throw new Refused("BAD_REQUEST", "own_account", "Nobody can do this to their own account.");
}

function noSuchPerson(): Refused {
  return new Refused("NOT_FOUND", "not_found", "There is no such person, or they are not yours to see.");
}

/** Administrators of the instance say who else is one; never of themselves, so that one always stays. */
async function mustSetInstanceRoles({ db, session }: { db: Tx; session: GatebookSession }, userId: string) {
  // One after the other: two who take it from each other at once would leave nobody.
  if (!(await lockInstanceAdmins(db)).includes(session.user.id))
    throw new Refused("FORBIDDEN", "role_required", "You need to be an admin of this Gatebook.");
  notOneself(session, userId);
}

export const usersRouter = router({
  /** The people whom the caller may see, by email. */
  list: administratorProcedure.input(searchInput.prefault({})).query(({ ctx, input }) => peoplePage(ctx, input)),

  /** One of them, with their ways in and their sessions where the caller administers them. */
  get: administratorProcedure.input(userInput).query(async ({ ctx, input }) => {
    const person = await personDetails(ctx, input.userId);
    if (!person) throw noSuchPerson();
    return person;
  }),

  /** What was changed of one of them, and by whom, as far as the caller's part of the history shows; newest first. */
  changes: administratorProcedure
    .meta({ audit: "auditQueried" })
    .input(pageInput.extend({ userId: z.uuid() }))
    .query(async ({ ctx, input: { userId, cursor, limit } }) => {
      if (!(await findPerson(ctx.db, ctx.administers, userId))) throw noSuchPerson();
      return listPersonChanges(ctx.db, ctx.administers, userId, cursor ? decodeCursor(cursor) : null, limit);
    }),

  invite: inviteUser,

  /** What a person is called and, for administrators of the instance, what they are in it. */
  update: administratorProcedure
    .meta({ audit: "userUpdated" })
    .input(
      userInput.extend({
        name: personName.optional(),
        instanceRole: z.enum(["admin", "auditor"]).nullable().optional(),
      }),
    )
    .mutation(async ({ ctx, input: { userId, name, instanceRole } }) => {
      if (instanceRole !== undefined) await mustSetInstanceRoles(ctx, userId);
      const { id, organizationId } = await administered(ctx, userId);
      ctx.audit.target({ type: "user", id }, organizationId);
      const before = await findStanding(ctx.db, id);
      const after = {
        name: name === undefined ? before.name : name,
        instanceRole: instanceRole === undefined ? before.instanceRole : instanceRole,
      };
      if (isDeepStrictEqual(before, after)) return ctx.audit.each([]);
      await updateStanding(ctx.db, id, after, now());
      ctx.audit.changed(before, after);
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

  /** Ends one session of a person. NOT_FOUND for what is not a live session of theirs. */
  endSession: administratorProcedure
    .meta({ audit: "sessionRevoked" })
    .input(userInput.extend({ sessionId: z.uuid() }))
    .mutation(async ({ ctx, input }) => {
      ctx.audit.details({ by: "administrator" });
      const user = await administered(ctx, input.userId);
      if (!(await endSessionOf(ctx.db, user.id, input.sessionId, now())))
        throw new Refused("NOT_FOUND", "not_found", "That session has ended already.");
      ctx.audit.target({ type: "session", id: input.sessionId }, user.organizationId);
      return { ended: 1 };
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

/** `account.*`: what a signed-in person sees and changes of their own account. */
import "server-only";
import type { Database } from "@db/connect.server";
import { z } from "zod";
import { findPasswordFacts } from "@/account/passwords.store.server";
import type { AuthMethod } from "@/audit/catalogue";
import { decodeCursor } from "@/audit/history";
import { listSignIns } from "@/audit/history.store.server";
import { calledProvider, linkableProviders } from "@/auth/linking/linkable.server";
import { offersEmailLink } from "@/auth/providers/offered.server";
import { signedInRecently } from "@/auth/reauthentication.server";
import { listIdentities, lockName, renameUser } from "@/directory/users.store.server";
import { now } from "@/platform/clock";
import { personName } from "@/trpc/names";
import { pageInput } from "@/trpc/page-input";
import { protectedProcedure, Refused, router } from "@/trpc/procedures.server";
import { changePassword } from "@/trpc/routers/change-password.server";
import { unlinkProvider } from "@/trpc/routers/unlink-provider.server";

/** When a person last signed in in a way that leaves its time nowhere but in the book. */
async function lastSignIn(db: Database, userId: string, authMethod: AuthMethod): Promise<Date | null> {
  const { items } = await listSignIns(db, { userId }, { authMethod, status: "success" }, null, 1);
  return items[0]?.occurredAt ?? null;
}

export const accountRouter = router({
  /** The caller's own sign-ins and the failed attempts against their account, newest first. */
  activity: protectedProcedure.input(pageInput.prefault({})).query(({ ctx, input }) => {
    const cursor = input.cursor ? decodeCursor(input.cursor) : null;
    return listSignIns(ctx.db, { userId: ctx.session.user.id }, {}, cursor, input.limit);
  }),

  /** The ways in which the caller can sign in, each with since when and when last. */
  security: protectedProcedure.query(async ({ ctx }) => {
    const { id } = ctx.session.user;
    const [password, passwordLastUsedAt, linkLastUsedAt, identities, recently] = await Promise.all([
      findPasswordFacts(ctx.db, id),
      lastSignIn(ctx.db, id, "password"),
      lastSignIn(ctx.db, id, "email_verification"),
      listIdentities(ctx.db, id),
      signedInRecently(ctx.db, ctx.session.sid),
    ]);
    return {
      password: password.set ? { changedAt: password.changedAt, lastUsedAt: passwordLastUsedAt } : null,
      emailLink: offersEmailLink() ? { lastUsedAt: linkLastUsedAt } : null,
      providers: identities.map((identity) => ({ ...identity, name: calledProvider(identity.provider) })),
      /** Those that can be linked. */
      linkable: linkableProviders(ctx.session.user.email),
      /** How the caller proves themselves once more before any of it is changed. */
      proof: password.set ? ("password" as const) : recently ? ("recent_sign_in" as const) : ("sign_in_again" as const),
    };
  }),

  /** What the caller is called. An empty name is none. */
  updateProfile: protectedProcedure
    .meta({ audit: "userUpdated" })
    .input(z.strictObject({ name: personName }))
    .mutation(async ({ ctx, input: { name } }) => {
      const { id } = ctx.session.user;
      ctx.audit.target({ type: "user", id });
      const before = await lockName(ctx.db, id);
      if (!before) throw new Refused("NOT_FOUND", "not_found", "There is no such account any more.");
      if (before.name === name) ctx.audit.each([]);
      else await renameUser(ctx.db, id, name, now());
      ctx.audit.changed(before, { name });
      return { name };
    }),

  changePassword,
  unlinkProvider,
});

/**
 * `account.unlinkProvider`: an identity at a provider signs its owner in no more. Sessions that it has opened go on; what the
 * provider gave goes with it. The last way in stays.
 */
import "server-only";
import { z } from "zod";
import { findPasswordFacts } from "@/account/passwords.store.server";
import { hasWayIn } from "@/auth/linking/ways-in";
import { knownSignInPolicy } from "@/auth/policy/sign-in-policy.server";
import { governingOrganization } from "@/auth/policy/vouching";
import { tellOfProvider } from "@/auth/provider-notice.server";
import { offeredMethods, offersEmailLink } from "@/auth/providers/offered.server";
import { reauthenticate } from "@/auth/reauthentication.server";
import { listIdentities, lockSignInUser, unlinkIdentity } from "@/directory/users.store.server";
import { now } from "@/platform/clock";
import { protectedProcedure, Refused } from "@/trpc/procedures.server";
import { proveOneself } from "@/trpc/prove-oneself.server";

const input = z.strictObject({
  accountId: z.uuid(),
  /** As it was typed; of no account for somebody who has no password and has signed in a moment ago. */
  currentPassword: z.string().max(8192).default(""),
});

export const unlinkProvider = protectedProcedure
  .meta({ audit: "providerUnlinked" })
  .input(input)
  .mutation(async ({ ctx, input: { accountId, currentPassword } }) => {
    const { session, db } = ctx;
    ctx.audit.target({ type: "account", id: accountId });
    const gone = new Refused("NOT_FOUND", "not_found", "That provider isn't linked to your account any more.");
    const user = await lockSignInUser(db, session.user.id);
    const held = await listIdentities(db, session.user.id);
    const identity = held.find(({ id }) => id === accountId);
    if (!user || !identity) throw gone;
    ctx.audit.provider(identity.provider);
    await proveOneself(ctx, (tx) => reauthenticate(tx, session, currentPassword));
    const policy = knownSignInPolicy();
    // No organization's rules hold for administrators of the instance.
    const rules = policy && user.instanceRole !== "admin" ? governingOrganization(policy, user) : null;
    const left = {
      password: (await findPasswordFacts(db, user.id)).set,
      emailLink: offersEmailLink(),
      providers: held.filter(({ id }) => id !== accountId).map(({ provider }) => provider),
    };
    if (!hasWayIn(left, offeredMethods(), rules))
      throw new Refused("CONFLICT", "last_way_in", "Add another way to sign in before removing this one.");
    if (!(await unlinkIdentity(db, user.id, accountId))) throw gone;
    const at = now();
    ctx.audit.afterCommit(() => void tellOfProvider("unlinked", user, identity.provider, at));
    return { provider: identity.provider, toldByMail: offersEmailLink() };
  });

/** Whether somebody whom a provider vouches for has an account here, as far as whoever asks may know. */
import "server-only";
import type { Database } from "@db/connect.server";
import type { ClaimsReport } from "@/auth/connection-test/result";
import type { SsoProfile } from "@/auth/providers/sso.server";
import type { Administers } from "@/directory/administration.store.server";
import { findPerson } from "@/directory/people.store.server";
import { findUserByEmail, findUserByIdentity } from "@/directory/users.store.server";
import { normalizeEmail } from "@/platform/text";

/** The owner of a provider can have it claim any address: of whom they may not see, they learn nothing. */
export async function accountMatch(
  db: Database,
  administers: Administers,
  provider: string,
  profile: Pick<SsoProfile, "id" | "email">,
): Promise<ClaimsReport["account"]> {
  const linked = await findUserByIdentity(db, provider, profile.id);
  if (linked && (await findPerson(db, administers, linked.id))) return "linked";
  const email = profile.email === null ? null : normalizeEmail(profile.email);
  const same = email === null ? null : await findUserByEmail(db, email);
  return same && (await findPerson(db, administers, same.id)) ? "same_email" : "none";
}

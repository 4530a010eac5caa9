/** The person that an administrator's call is about. */
import "server-only";
import type { Database } from "@db/connect.server";
import { type Administered, type Administers, findAdministered } from "@/directory/administration.store.server";
import { Refused } from "@/trpc/trpc.server";

/** The person, locked until the transaction ends, if the caller administers them. Whether somebody else's person exists is not told. */
export async function administered(
  { db, administers }: { db: Database; administers: Administers },
  userId: string,
): Promise<Administered> {
  const user = await findAdministered(db, userId, administers);
  if (!user)
    throw new Refused("NOT_FOUND", "not_found", "There is no such person, or they are not yours to administer.");
  return user;
}

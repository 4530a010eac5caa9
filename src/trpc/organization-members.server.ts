/** The members of an organization with what the book says of them, for who administers it. */
import "server-only";
import type { Database } from "@db/connect.server";
import { findLastSignIns, type LastSignIn } from "@/audit/last-sign-ins.store.server";
import { listMembers, type Member } from "@/directory/memberships.store.server";
import { type PersonStatus, statusOf } from "@/trpc/people.server";
import { decodePlace, pageOf } from "@/trpc/search-input";

export type ListedMember = Omit<Member, "emailVerifiedAt" | "disabledAt"> & {
  status: PersonStatus;
  /** Null where the organization's history has none. */
  lastSignIn: LastSignIn | null;
};

type Wanted = { organizationId: string; search: string; cursor?: string | null; limit: number };

/** The page of members, by email. Only what the organization's own part of the history says is told of them. */
export async function membersPage(
  db: Database,
  { organizationId, search, cursor, limit }: Wanted,
): Promise<{ items: ListedMember[]; nextCursor: string | null }> {
  const found = await listMembers(db, organizationId, search, cursor ? decodePlace(cursor) : null, limit + 1);
  const { items, nextCursor } = pageOf(found, limit, ({ email }) => email);
  const lastSignIns = await findLastSignIns(
    db,
    [organizationId],
    items.map(({ id }) => id),
  );
  return {
    items: items.map(({ emailVerifiedAt, disabledAt, ...member }) => ({
      ...member,
      status: statusOf({ emailVerifiedAt, disabledAt }),
      lastSignIn: lastSignIns.get(member.id) ?? null,
    })),
    nextCursor,
  };
}

/** Who is in an organization, and as what. */
import "server-only";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";
import { containing } from "@/directory/containing";
import type { Role } from "@/directory/roles";

export type Member = {
  id: string;
  email: string;
  name: string | null;
  emailVerifiedAt: Date | null;
  disabledAt: Date | null;
  role: Role;
  joinedAt: Date;
};

/**
 * The members whose email or name contains `search`, by email.
 * @param search empty for all of them
 * @param after the email after which the page begins
 */
export async function listMembers(
  db: Database,
  organizationId: string,
  search: string,
  after: string | null,
  limit: number,
): Promise<Member[]> {
  const matches = sql`(account.email like ${containing(search.normalize("NFKC").toLowerCase())}
    or account.name ilike ${containing(search)})`;
  const result = await sql<Member>`
    select account.id, account.email, account.name, account.email_verified_at as "emailVerifiedAt",
           account.disabled_at as "disabledAt", membership.role, membership.created_at as "joinedAt"
      from memberships membership join users account on account.id = membership.user_id
     where membership.organization_id = ${organizationId}
       and ${search === "" ? sql`true` : matches}
       and ${after === null ? sql`true` : sql`account.email > ${after}`}
     order by account.email limit ${limit}`.execute(db);
  return result.rows;
}

export async function findRole(db: Database, organizationId: string, userId: string): Promise<Role | null> {
  const row = await db
    .selectFrom("memberships")
    .select("role")
    .where("organization_id", "=", organizationId)
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return (row?.role ?? null) as Role | null;
}

/** Owners besides this person whose accounts are not disabled. */
export async function countOtherOwners(db: Database, organizationId: string, userId: string): Promise<number> {
  const row = await db
    .selectFrom("memberships")
    .innerJoin("users", "users.id", "memberships.user_id")
    .select((eb) => eb.fn.countAll<string>().as("count"))
    .where("organization_id", "=", organizationId)
    .where("role", "=", "owner")
    .where("users.id", "<>", userId)
    .where("users.disabled_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Answers whether they were not a member before: a membership that is there keeps its role. */
export async function insertMembership(
  db: Database,
  membership: { organizationId: string; userId: string; role: Role; at: Date },
): Promise<boolean> {
  const row = await db
    .insertInto("memberships")
    .values({
      organization_id: membership.organizationId,
      user_id: membership.userId,
      role: membership.role,
      created_at: membership.at,
    })
    .onConflict((conflict) => conflict.columns(["user_id", "organization_id"]).doNothing())
    .returning("role")
    .executeTakeFirst();
  return row !== undefined;
}

/** @param role null ends the membership */
export async function setRole(db: Database, organizationId: string, userId: string, role: Role | null): Promise<void> {
  const theirs = { organization_id: organizationId, user_id: userId };
  if (role === null) {
    await db
      .deleteFrom("memberships")
      .where((eb) => eb.and(theirs))
      .execute();
    return;
  }
  await db
    .updateTable("memberships")
    .set({ role })
    .where((eb) => eb.and(theirs))
    .execute();
}

/** The people of the directory, as administrators see them: everybody, or the members of some organizations. */
import "server-only";
import type { Database } from "@db/connect.server";
import { type RawBuilder, sql } from "kysely";
import { type Administers, isAdministered } from "@/directory/administration.store.server";
import { containing } from "@/directory/containing";

export type PersonMembership = {
  organizationId: string;
  slug: string;
  name: string;
  role: "owner" | "admin" | "auditor" | "member";
};

export type Person = {
  id: string;
  email: string;
  name: string | null;
  instanceRole: "admin" | "auditor" | null;
  emailVerifiedAt: Date | null;
  disabledAt: Date | null;
  createdAt: Date;
  /** Those in the organizations that the reader administers; whether there are others is not told. */
  memberships: PersonMembership[];
  /** Whether the reader may disable them, end their sessions and so on. */
  administered: boolean;
};

function isVisible(administers: Administers): RawBuilder<boolean> {
  if (administers === "all") return sql`true`;
  return sql`exists (select from memberships
    where user_id = account.id and organization_id = any(${[...administers]}::uuid[]))`;
}

/** What is told of the users `account` that `chosen` selects, by email. */
async function readPeople(db: Database, administers: Administers, chosen: RawBuilder<unknown>): Promise<Person[]> {
  const within = administers === "all" ? sql`true` : sql`membership.organization_id = any(${[...administers]}::uuid[])`;
  // The page is cut first: what is gathered of each person is gathered for those on it alone.
  const result = await sql<Person>`
    with account as materialized (${chosen})
    select account.id, account.email, account.name, account.instance_role as "instanceRole",
           account.email_verified_at as "emailVerifiedAt", account.disabled_at as "disabledAt",
           account.created_at as "createdAt", ${isAdministered(administers)} as administered,
           coalesce((
             select jsonb_agg(jsonb_build_object('organizationId', organization.id, 'slug', organization.slug,
                                                 'name', organization.name, 'role', membership.role)
                              order by membership.created_at, organization.id)
               from memberships membership join organizations organization on organization.id = membership.organization_id
              where membership.user_id = account.id and ${within}
           ), '[]') as memberships
      from account order by account.email`.execute(db);
  return result.rows;
}

/**
 * The people whose email or name contains `search`, by email.
 * @param search empty for everybody
 * @param after the email after which the page begins
 */
export async function listPeople(
  db: Database,
  administers: Administers,
  search: string,
  after: string | null,
  limit: number,
): Promise<Person[]> {
  const pattern = containing(search);
  // Emails are kept normalized; a name is as its owner types it.
  const matches = sql`(account.email like ${containing(search.normalize("NFKC").toLowerCase())}
    or account.name ilike ${pattern})`;
  return readPeople(
    db,
    administers,
    sql`select * from users account
         where ${isVisible(administers)}
           and ${search === "" ? sql`true` : matches}
           and ${after === null ? sql`true` : sql`account.email > ${after}`}
         order by account.email limit ${limit}`,
  );
}

/** One of them, or null when there is no such person or they are not the reader's to see. */
export async function findPerson(db: Database, administers: Administers, userId: string): Promise<Person | null> {
  const [person] = await readPeople(
    db,
    administers,
    sql`select * from users account where account.id = ${userId} and ${isVisible(administers)}`,
  );
  return person ?? null;
}

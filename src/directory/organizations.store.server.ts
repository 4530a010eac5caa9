/** Organizations: their names, and what each asks of its people's sign-ins. */
import "server-only";
import { type Database, violatedConstraint } from "@db/connect.server";
import { type RawBuilder, sql } from "kysely";
import type { Administers } from "@/directory/administration.store.server";
import type { Connection, ConnectionKind } from "@/directory/connections";
import { containing } from "@/directory/containing";
import type { SignInPolicy } from "@/directory/policy";
import type { Authority, Role } from "@/directory/roles";
import { newId } from "@/platform/ids";

export type Organization = { id: string; slug: string; name: string; createdAt: Date };
export type OrganizationWithPolicy = Organization & SignInPolicy;
export type ListedOrganization = OrganizationWithPolicy & { members: number; owners: number };

const POLICY = sql`
  organization.id, organization.slug, organization.name, organization.created_at as "createdAt",
  organization.allowed_methods as "allowedMethods", organization.required_connection_id as "requiredConnectionId",
  organization.invite_only as "inviteOnly", organization.default_role as "defaultRole",
  array(select domain from organization_domains where organization_id = organization.id order by domain) as domains`;

function isVisible(administers: Administers): RawBuilder<boolean> {
  return administers === "all" ? sql`true` : sql`organization.id = any(${[...administers]}::uuid[])`;
}

/**
 * The organizations whose name, slug or domain contains `search`, by slug.
 * @param search empty for all of them
 * @param after the slug after which the page begins
 */
export async function listOrganizations(
  db: Database,
  administers: Administers,
  search: string,
  after: string | null,
  limit: number,
): Promise<ListedOrganization[]> {
  const pattern = containing(search);
  const matches = sql`(organization.name ilike ${pattern} or organization.slug like ${pattern.toLowerCase()}
    or exists (select from organization_domains
                where organization_id = organization.id and domain like ${pattern.toLowerCase()}))`;
  const result = await sql<ListedOrganization>`
    with organization as materialized (
      select * from organizations organization
       where ${isVisible(administers)}
         and ${search === "" ? sql`true` : matches}
         and ${after === null ? sql`true` : sql`organization.slug > ${after}`}
       order by organization.slug limit ${limit})
    select ${POLICY},
           (select count(*)::int from memberships where organization_id = organization.id) as members,
           (select count(*)::int from memberships where organization_id = organization.id and role = 'owner') as owners
      from organization order by organization.slug`.execute(db);
  return result.rows;
}

/** Null when there is no such organization or it is not the reader's to see. */
export async function findOrganization(
  db: Database,
  administers: Administers,
  id: string,
): Promise<OrganizationWithPolicy | null> {
  const result = await sql<OrganizationWithPolicy>`
    select ${POLICY} from organizations organization
     where organization.id = ${id} and ${isVisible(administers)}`.execute(db);
  return result.rows[0] ?? null;
}

/**
 * The organization, locked until the transaction ends: whoever changes who is in it, or what they are in it, does so one
 * after the other.
 */
export async function lockOrganization(db: Database, id: string): Promise<OrganizationWithPolicy | null> {
  // First the lock, then what it guards: a statement that had to wait for the lock would read what was there before.
  const locked = await sql`select from organizations where id = ${id} for no key update`.execute(db);
  return locked.rows.length === 0 ? null : findOrganization(db, "all", id);
}

/** By what a user administers an organization, or null. Who is disabled administers nothing. */
export async function findAuthority(db: Database, userId: string, organizationId: string): Promise<Authority | null> {
  const row = await db
    .selectFrom("users")
    .leftJoin("memberships", (join) =>
      join.onRef("memberships.user_id", "=", "users.id").on("memberships.organization_id", "=", organizationId),
    )
    .select(["users.instance_role as instanceRole", "memberships.role"])
    .where("users.id", "=", userId)
    .where("users.disabled_at", "is", null)
    .executeTakeFirst();
  if (row?.instanceRole === "admin") return "instance";
  const role = (row?.role ?? null) as Role | null;
  return role === "owner" || role === "admin" ? role : null;
}

/** Answers null when the slug is taken. */
export async function insertOrganization(
  db: Database,
  { slug, name, at }: { slug: string; name: string; at: Date },
): Promise<string | null> {
  const row = await db
    .insertInto("organizations")
    .values({ id: newId(), slug, name, created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.column("slug").doNothing())
    .returning("id")
    .executeTakeFirst();
  return row?.id ?? null;
}

export type OrganizationChange = Pick<Organization, "name" | "slug"> & SignInPolicy;

/** Writes what an organization is to be. Answers what stands in the way, if anything does: then the transaction is lost. */
export async function updateOrganization(
  db: Database,
  id: string,
  change: OrganizationChange,
  at: Date,
): Promise<"slug_taken" | "domain_taken" | null> {
  try {
    await db
      .updateTable("organizations")
      .set({
        name: change.name,
        slug: change.slug,
        allowed_methods: [...change.allowedMethods],
        required_connection_id: change.requiredConnectionId,
        invite_only: change.inviteOnly,
        default_role: change.defaultRole,
        updated_at: at,
      })
      .where("id", "=", id)
      .execute();
    await putDomains(db, id, change.domains);
    return null;
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint === "organizations_slug_key") return "slug_taken";
    if (constraint === "organization_domains_pkey") return "domain_taken";
    throw error;
  }
}

async function putDomains(db: Database, organizationId: string, domains: readonly string[]): Promise<void> {
  const kept = [...domains];
  await sql`
    delete from organization_domains
     where organization_id = ${organizationId} and domain <> all(${kept}::text[])`.execute(db);
  await sql`
    insert into organization_domains (domain, organization_id)
    select domain, ${organizationId} from unnest(${kept}::text[]) domain
     where domain not in (select domain from organization_domains where organization_id = ${organizationId})`.execute(
    db,
  );
}

/** The organization whose people have addresses of that domain. */
export async function findOrganizationOfDomain(db: Database, domain: string): Promise<string | null> {
  const row = await db
    .selectFrom("organization_domains")
    .select("organization_id")
    .where("domain", "=", domain)
    .executeTakeFirst();
  return row?.organization_id ?? null;
}

export type UsableConnection = {
  id: string;
  name: string;
  /** Whether it is the whole instance's. */
  shared: boolean;
  enabled: boolean;
};

/** The connections that an organization's people can sign in by: its own, and those of the whole instance. */
export async function listUsableConnections(db: Database, organizationId: string): Promise<UsableConnection[]> {
  return db
    .selectFrom("sso_connections")
    .select((eb) => [
      "id",
      "name",
      eb("organization_id", "is", null).$castTo<boolean>().as("shared"),
      eb("enabled_at", "is not", null).$castTo<boolean>().as("enabled"),
    ])
    .where((eb) => eb.or([eb("organization_id", "is", null), eb("organization_id", "=", organizationId)]))
    .orderBy("name")
    .orderBy("id")
    .execute();
}

/** One of them, if it is enabled; until the transaction ends nobody disables or deletes it. */
export async function holdUsableConnection(
  db: Database,
  organizationId: string,
  id: string,
): Promise<Pick<Connection, "id" | "kind" | "organizationId" | "testedAt"> | null> {
  const row = await db
    .selectFrom("sso_connections")
    .select(["id", "kind", "organization_id as organizationId", "tested_at as testedAt"])
    .$narrowType<{ kind: ConnectionKind }>()
    .where("id", "=", id)
    .where("enabled_at", "is not", null)
    .where((eb) => eb.or([eb("organization_id", "is", null), eb("organization_id", "=", organizationId)]))
    .forShare()
    .executeTakeFirst();
  return row ?? null;
}

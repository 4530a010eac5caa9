/** What administrators see and change of people, within the organizations that they administer. */
import "server-only";
import type { Database } from "@db/connect.server";
import { type RawBuilder, sql } from "kysely";
import { now } from "@/platform/clock";

/** Whose people somebody administers: everyone's, or those of some organizations. */
export type Administers = "all" | readonly string[];

export type Administered = {
  id: string;
  email: string;
  name: string | null;
  disabledAt: Date | null;
  /** The organization that an act upon them belongs to: their oldest one that the administrator administers, or null. */
  organizationId: string | null;
};

/**
 * Whether the user `account` of a statement is administered. An administrator of organizations administers those whose
 * every membership is in them, who own none of them and have no role in the instance: what is done to an account is done
 * to it everywhere, and nobody administers people above them. Owners are left to administrators of the instance.
 */
export function isAdministered(administers: Administers): RawBuilder<boolean> {
  if (administers === "all") return sql`true`;
  return sql`(account.instance_role is null
    and exists (select from memberships where user_id = account.id)
    and not exists (select from memberships where user_id = account.id
                     and (role = 'owner' or organization_id <> all(${[...administers]}::uuid[]))))`;
}

/** The user, if they are administered ({@link isAdministered}); locked until the transaction ends. */
export async function findAdministered(
  db: Database,
  userId: string,
  administers: Administers,
): Promise<Administered | null> {
  const all = administers === "all";
  const organizations = all ? [] : [...administers];
  const result = await sql<Administered>`
    select account.id, account.email, account.name, account.disabled_at as "disabledAt",
           (select organization_id from memberships where user_id = account.id
              and (${all} or organization_id = any(${organizations}::uuid[]))
             order by created_at, organization_id limit 1) as "organizationId"
      from users account
     where account.id = ${userId} and ${isAdministered(administers)}
       for no key update`.execute(db);
  return result.rows[0] ?? null;
}

/** @param at since when the account is disabled, or null to enable it */
export async function setDisabled(db: Database, userId: string, at: Date | null): Promise<void> {
  await db.updateTable("users").set({ disabled_at: at, updated_at: now() }).where("id", "=", userId).execute();
}

/** What a person is called, and what they are in the instance. */
export type Standing = { name: string | null; instanceRole: "admin" | "auditor" | null };

export async function findStanding(db: Database, userId: string): Promise<Standing> {
  return db
    .selectFrom("users")
    .select(["name", "instance_role as instanceRole"])
    .$narrowType<{ instanceRole: Standing["instanceRole"] }>()
    .where("id", "=", userId)
    .executeTakeFirstOrThrow();
}

export async function updateStanding(db: Database, userId: string, standing: Standing, at: Date): Promise<void> {
  await db
    .updateTable("users")
    .set({ name: standing.name, instance_role: standing.instanceRole, updated_at: at })
    .where("id", "=", userId)
    .execute();
}

/** The admins of the instance whose accounts are not disabled, locked until the transaction ends. */
export async function lockInstanceAdmins(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom("users")
    .select("id")
    .where("instance_role", "=", "admin")
    .where("disabled_at", "is", null)
    .orderBy("id")
    .forNoKeyUpdate()
    .execute();
  return rows.map(({ id }) => id);
}

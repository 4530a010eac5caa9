/** The demo accounts of the workbench. Never run in production: nothing but the workbench imports this. */
import { hash } from "@node-rs/argon2";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { v7 } from "uuid";
import type { DB } from "./schema";

type Role = "owner" | "admin" | "auditor" | "member";
type DemoUser = {
  email: string;
  name: string;
  verified?: false;
  disabled?: true;
  instanceRole?: "admin" | "auditor";
  organization?: "acme" | "globex";
  role?: Role;
};

const ORGANIZATIONS = [
  { slug: "acme", name: "Acme" },
  { slug: "globex", name: "Globex" },
] as const;

const USERS: DemoUser[] = [
  { email: "admin@acme.test", name: "Acme Administrator", instanceRole: "admin", organization: "acme", role: "admin" },
  { email: "owner@acme.test", name: "Acme Owner", organization: "acme", role: "owner" },
  { email: "auditor@acme.test", name: "Acme Auditor", instanceRole: "auditor", organization: "acme", role: "auditor" },
  { email: "member@acme.test", name: "Acme Member", organization: "acme", role: "member" },
  { email: "unverified@acme.test", name: "Acme Unverified", verified: false, organization: "acme", role: "member" },
  { email: "disabled@acme.test", name: "Acme Disabled", disabled: true, organization: "acme", role: "member" },
  { email: "owner@globex.test", name: "Globex Owner", organization: "globex", role: "owner" },
];

/** Adds the demo organizations and accounts that are missing; leaves what is there alone. All have the one password. */
export async function seedDemo(connectionString: string, password: string): Promise<void> {
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString, max: 1 }) }) });
  try {
    // The parameters of src/account/passwords.server.ts, which only a server may import.
    const passwordHash = await hash(password, { memoryCost: 19456, timeCost: 2, parallelism: 1 });
    await db.transaction().execute(async (tx) => {
      const organizations = new Map<string, string>();
      for (const { slug, name } of ORGANIZATIONS) {
        await tx
          .insertInto("organizations")
          .values({ id: v7(), slug, name })
          .onConflict((conflict) => conflict.column("slug").doNothing())
          .execute();
        const { id } = await tx
          .selectFrom("organizations")
          .select("id")
          .where("slug", "=", slug)
          .executeTakeFirstOrThrow();
        organizations.set(slug, id);
      }
      for (const user of USERS) {
        const created = await tx
          .insertInto("users")
          .values({
            id: v7(),
            email: user.email,
            name: user.name,
            password_hash: passwordHash,
            password_changed_at: sql<Date>`now()`,
            email_verified_at: user.verified === false ? null : sql<Date>`now()`,
            disabled_at: user.disabled ? sql<Date>`now()` : null,
            instance_role: user.instanceRole ?? null,
          })
          .onConflict((conflict) => conflict.column("email").doNothing())
          .returning("id")
          .executeTakeFirst();
        const organizationId = user.organization && organizations.get(user.organization);
        if (!created || !organizationId) continue;
        await tx
          .insertInto("memberships")
          .values({ user_id: created.id, organization_id: organizationId, role: user.role ?? "member" })
          .execute();
        await tx
          .insertInto("audit_events")
          .values({
            id: v7(),
            occurred_at: sql<Date>`date_trunc('milliseconds', clock_timestamp())`,
            action: "userCreated",
            status: "success",
            actor_type: "system",
            target_type: "user",
            target_id: created.id,
            organization_id: organizationId,
            details: JSON.stringify({ via: "demo" }),
          })
          .execute();
      }
    });
  } finally {
    await db.destroy();
  }
}

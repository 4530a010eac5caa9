/** The rows of single sign-on connections. Their secrets go in sealed, and are never read with what is shown. */
import "server-only";
import type { Database, Tx } from "@db/connect.server";
import { type RawBuilder, sql } from "kysely";
import type { Administers } from "@/directory/administration.store.server";
import { type Connection, type ConnectionSettings, providerIdOf } from "@/directory/connections";
import type { Sealed } from "@/platform/key-ring";

/** Administrators of the instance see every connection, those of organizations the connections of these. */
function isVisible(administers: Administers): RawBuilder<boolean> {
  return administers === "all" ? sql`true` : sql`organization_id = any(${[...administers]}::uuid[])`;
}

const columns = sql`
  id, kind, name, organization_id as "organizationId", client_id as "clientId", issuer, tenant,
  authority_host as "authorityHost", roles_claim as "rolesClaim", role_mapping as "roleMapping",
  enabled_at as "enabledAt", tested_at as "testedAt", test_result as "testResult",
  created_at as "createdAt", updated_at as "updatedAt"`;

/** Those whom the administrator may see, by name. */
export async function listConnections(db: Database, administers: Administers): Promise<Connection[]> {
  const result = await sql<Connection>`
    select ${columns} from sso_connections where ${isVisible(administers)} order by lower(name), id`.execute(db);
  return result.rows;
}

/** One of them, or null when there is none or it is not theirs. */
export async function findConnection(db: Database, administers: Administers, id: string): Promise<Connection | null> {
  const result = await sql<Connection>`
    select ${columns} from sso_connections where id = ${id} and ${isVisible(administers)}`.execute(db);
  return result.rows[0] ?? null;
}

/** The same; until the transaction ends nobody else changes it, and no organization begins to require it. */
export async function lockConnection(tx: Tx, administers: Administers, id: string): Promise<Connection | null> {
  const result = await sql<Connection>`
    select ${columns} from sso_connections where id = ${id} and ${isVisible(administers)} for update`.execute(tx);
  return result.rows[0] ?? null;
}

/** Its secret as it lies there. */
export async function findSealedSecret(db: Database, id: string): Promise<Sealed | null> {
  const row = await db
    .selectFrom("sso_connections")
    .select(["client_secret as box", "client_secret_key as keyId"])
    .where("id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

function settingColumns(settings: ConnectionSettings) {
  return {
    name: settings.name,
    client_id: settings.clientId,
    issuer: settings.issuer,
    tenant: settings.tenant,
    authority_host: settings.authorityHost,
    roles_claim: settings.rolesClaim,
    role_mapping: JSON.stringify(settings.roleMapping),
  };
}

const secretColumns = ({ keyId, box }: Sealed) => ({ client_secret: box, client_secret_key: keyId });

export async function insertConnection(
  db: Database,
  connection: { id: string; organizationId: string | null; settings: ConnectionSettings; secret: Sealed; at: Date },
): Promise<void> {
  const { id, organizationId, settings, secret, at } = connection;
  await db
    .insertInto("sso_connections")
    .values({
      id,
      kind: settings.kind,
      organization_id: organizationId,
      ...settingColumns(settings),
      ...secretColumns(secret),
      created_at: at,
      updated_at: at,
    })
    .execute();
}

/**
 * Puts other settings in the place of those that are there.
 * @param change.secret null to keep the one that is there
 * @param change.voidsTest whether what the last test found says nothing of the new settings
 */
export async function updateConnection(
  db: Database,
  id: string,
  change: { settings: ConnectionSettings; secret: Sealed | null; voidsTest: boolean; at: Date },
): Promise<void> {
  await db
    .updateTable("sso_connections")
    .set({
      ...settingColumns(change.settings),
      ...(change.secret ? secretColumns(change.secret) : {}),
      ...(change.voidsTest ? { tested_at: null, test_result: null } : {}),
      updated_at: change.at,
    })
    .where("id", "=", id)
    .execute();
}

export async function deleteConnection(db: Database, id: string): Promise<void> {
  await db.deleteFrom("sso_connections").where("id", "=", id).execute();
}

/** @param at since when people sign in by it, or null to stop that */
export async function setEnabled(db: Database, id: string, at: Date | null): Promise<void> {
  await db.updateTable("sso_connections").set({ enabled_at: at }).where("id", "=", id).execute();
}

/**
 * Whether another connection of the whole instance is enabled in the place of the environment's provider of a kind.
 * Until the transaction ends nobody else finds that out.
 */
export async function isPlaceTaken(tx: Tx, { id, kind }: { id: string; kind: string }): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`sso_connections ${kind}`}, 0))`.execute(tx);
  const other = await tx
    .selectFrom("sso_connections")
    .select("id")
    .where("kind", "=", kind)
    .where("organization_id", "is", null)
    .where("enabled_at", "is not", null)
    .where("id", "<>", id)
    .executeTakeFirst();
  return other !== undefined;
}

/**
 * Keeps what a test found, unless the settings have changed since.
 * @param test.settingsOf `updatedAt` of the connection that was tested
 * @returns whether it was kept
 */
export async function putTestResult(
  db: Database,
  id: string,
  test: { settingsOf: Date; result: object; at: Date },
): Promise<boolean> {
  const done = await sql`
    update sso_connections set tested_at = ${test.at}, test_result = ${JSON.stringify(test.result)}
     where id = ${id} and date_trunc('milliseconds', updated_at) = ${test.settingsOf}`.execute(db);
  return Number(done.numAffectedRows ?? 0) === 1;
}

/** What depends on a connection. */
export type ConnectionUses = {
  /** Identities that sign in under its provider id. */
  identities: number;
  /** Organizations whose people sign in by nothing else. */
  requiredBy: number;
  /** Other connections of the whole instance that could stand in its place. */
  stands: number;
};

export async function countUses(db: Database, connection: Connection): Promise<ConnectionUses> {
  const { id, kind, organizationId } = connection;
  const result = await sql<ConnectionUses>`
    select (select count(*)::int from accounts where provider = ${providerIdOf(connection)}) as identities,
           (select count(*)::int from organizations where required_connection_id = ${id}) as "requiredBy",
           (select count(*)::int from sso_connections
             where ${organizationId === null} and organization_id is null and kind = ${kind} and id <> ${id}) as stands`.execute(
    db,
  );
  return result.rows[0] ?? { identities: 0, requiredBy: 0, stands: 0 };
}

export type StoredSecret = { id: string; secret: Sealed };

/**
 * Up to `limit` secrets, in the order of their connections, that are not under the key; locked until the transaction
 * ends. Rows that somebody else holds are passed over.
 */
export async function lockSecretsUnderOtherKeys(
  tx: Tx,
  keyId: string,
  after: string | null,
  limit: number,
): Promise<StoredSecret[]> {
  const rows = await tx
    .selectFrom("sso_connections")
    .select(["id", "client_secret as box", "client_secret_key as keyId"])
    .where("client_secret_key", "<>", keyId)
    .$if(after !== null, (query) => query.where("id", ">", after))
    .orderBy("id")
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map(({ id, ...secret }) => ({ id, secret }));
}

export async function countSecretsUnderOtherKeys(db: Database, keyId: string): Promise<number> {
  const { count } = await db
    .selectFrom("sso_connections")
    .select((eb) => eb.fn.countAll<string>().as("count"))
    .where("client_secret_key", "<>", keyId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Puts the same secret under another key: it is no change of the settings. */
export async function putResealedSecret(tx: Tx, id: string, secret: Sealed): Promise<void> {
  await tx.updateTable("sso_connections").set(secretColumns(secret)).where("id", "=", id).execute();
}

/** Brings a database to the newest migration. Safe to run from several processes at once: Kysely takes an advisory lock. */
import { Kysely, PostgresDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import pg from "pg";
import { migrations } from "./migrations";

/** The oldest server that the schema is tested against. */
const OLDEST_SERVER = 150_000;

/**
 * @returns the names of the migrations that were applied, in order; empty when there was nothing to do
 * @throws when a migration fails (it is rolled back) or the server is older than PostgreSQL 15
 */
export async function migrateToLatest(connectionString: string): Promise<string[]> {
  const pool = new pg.Pool({ connectionString, max: 2, connectionTimeoutMillis: 5000 });
  // A connection lost while idle: the next query reports it.
  pool.on("error", () => {});
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { rows } = await sql<{ version: number }>`
      select current_setting('server_version_num')::integer as version`.execute(db);
    const version = rows[0]?.version ?? 0;
    if (version < OLDEST_SERVER) throw new Error(`PostgreSQL 15 or newer is needed; the server says ${version}.`);
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error, results } = await migrator.migrateToLatest();
    if (error) throw error;
    return (results ?? []).filter((result) => result.status === "Success").map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}

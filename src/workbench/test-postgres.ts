/** Once per run of the tests: one PostgreSQL, and in it the migrated database that each test file gets a copy of. */
import { migrateToLatest } from "@db/migrate";
import type { TestProject } from "vitest/node";
import { createDatabase } from "./databases";
import { startTemporaryPostgres } from "./temporary-postgres";

declare module "vitest" {
  interface ProvidedContext {
    /** The superuser's connection to the server of this run. */
    postgresUrl: string;
    /** The name of the migrated database. */
    postgresTemplate: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTemporaryPostgres();
  try {
    const template = "template_migrated";
    await migrateToLatest(await createDatabase(postgres.url, template));
    project.provide("postgresUrl", postgres.url);
    project.provide("postgresTemplate", template);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return () => postgres.stop();
}

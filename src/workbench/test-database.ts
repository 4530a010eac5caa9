/** A migrated, empty database for one test file: `const database = testDatabase()` at its top. */
import { randomBytes } from "node:crypto";
import { connectPatiently, type Database } from "@db/connect.server";
import { afterAll, beforeAll, inject } from "vitest";
import { createDatabase, dropDatabase } from "./databases";

export type TestDatabase = {
  /** The superuser's connection to it. */
  readonly url: string;
  readonly db: Database;
};

/**
 * Copies the migrated database before the file's tests and drops the copy after them. Readable inside tests and hooks.
 * Its connection is that of whoever arranges and looks, and so waits for a machine that is busy with other tests; what is
 * tested has the product's own.
 */
export function testDatabase(): TestDatabase {
  const name = `test_${randomBytes(8).toString("hex")}`;
  let open: { url: string; db: Database } | null = null;
  const opened = () => {
    if (!open) throw new Error("The test database is there inside tests and hooks only, not while the file is read.");
    return open;
  };
  beforeAll(async () => {
    const url = await createDatabase(inject("postgresUrl"), name, inject("postgresTemplate"));
    open = { url, db: connectPatiently(url, 5) };
  });
  afterAll(async () => {
    await open?.db.destroy();
    await dropDatabase(inject("postgresUrl"), name);
  });
  return {
    get url() {
      return opened().url;
    },
    get db() {
      return opened().db;
    },
  };
}

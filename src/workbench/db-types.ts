/**
 * Writes db/schema.ts, the types of the migrated database, so that code and migrations cannot drift apart.
 * With --check it changes nothing and fails when the file is not what the migrations give.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { migrateToLatest } from "@db/migrate";
import { inheritedVariables } from "@/platform/env";
import { startTemporaryPostgres } from "./temporary-postgres";

const SCHEMA_FILE = join(import.meta.dirname, "..", "..", "db", "schema.ts");
const CODEGEN = join(dirname(createRequire(import.meta.url).resolve("kysely-codegen")), "cli", "bin.js");

/** The text of db/schema.ts as the migrations of this tree give it. Partitions and Kysely's own tables are left out. */
async function generateTypes(): Promise<string> {
  const postgres = await startTemporaryPostgres();
  const folder = mkdtempSync(join(tmpdir(), "gatebook-types-"));
  try {
    await migrateToLatest(postgres.url);
    const file = join(folder, "schema.ts");
    const options = [
      "--dialect",
      "postgres",
      "--exclude-pattern",
      "*.kysely_*",
      "--log-level",
      "error",
      "--out-file",
      file,
    ];
    execFileSync(process.execPath, [CODEGEN, ...options], {
      env: { ...inheritedVariables(), NODE_ENV: "development", DATABASE_URL: postgres.url },
      stdio: ["ignore", "ignore", "inherit"],
    });
    return readFileSync(file, "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await postgres.stop();
  }
}

function present(): string {
  try {
    return readFileSync(SCHEMA_FILE, "utf8");
  } catch {
    return "";
  }
}

const types = await generateTypes();
if (types === present()) {
  process.stdout.write("db/schema.ts is what the migrations give.\n");
} else if (process.argv.includes("--check")) {
  process.stderr.write(
    "db/schema.ts is not what the migrations give, so queries are checked against another database than they run on.\n" +
      "Run: npm run db:types\n",
  );
  process.exitCode = 1;
} else {
  writeFileSync(SCHEMA_FILE, types);
  process.stdout.write("Wrote db/schema.ts.\n");
}

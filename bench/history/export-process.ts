/**
 * A process that does nothing but export, as a server does it, and says what that took: `export-process DATABASE_URL FORMAT FROM`
 * answers one JSON object. FROM is the time of the oldest row, in ISO 8601.
 */
import { connect } from "@db/connect.server";
import { exportRequest } from "@/audit/export/request";
import { SignInExport } from "@/audit/export/sign-in-export.server";

export type Exported = {
  rows: number;
  milliseconds: number;
  /** Megabytes that the process held at most while it gave out the first half of {@link EXPORTED}, and the second. */
  first: number;
  second: number;
};

/** Rows, at full scale. */
export const EXPORTED = 1_000_000;
/** Rows; asking for it takes as long as some fifty of them. */
const MEASURED_EVERY = 10_000;

const held = () => process.memoryUsage.rss() / 1024 / 1024;

async function run([databaseUrl = "", format, from]: string[]): Promise<Exported> {
  const request = exportRequest.parse({ format, filter: { from: new Date(from ?? "") }, cursor: null });
  const db = connect(databaseUrl, 2);
  const exporter = { actor: { type: "system" } as const, sessionId: null, organizationId: null };
  const exported = new SignInExport(db, exporter, async () => "all", request);
  const start = performance.now();
  let [first, second] = [0, 0];
  for await (const _ of exported.chunks()) {
    if (exported.rows % MEASURED_EVERY > 0) continue;
    if (exported.rows <= EXPORTED / 2) first = Math.max(first, held());
    else second = Math.max(second, held());
  }
  const milliseconds = performance.now() - start;
  await db.destroy();
  return { rows: exported.rows, milliseconds, first, second };
}

// Imported for its names by whoever starts it.
if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`${JSON.stringify(await run(process.argv.slice(2)))}\n`);
}

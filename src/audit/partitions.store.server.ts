/** Keeps the monthly partitions of `audit_events` ahead of the clock. */
import "server-only";
import type { Database } from "@db/connect.server";
import { sql } from "kysely";
import { now } from "@/platform/clock";

const MONTHS_AHEAD = 3;

/** Makes the partitions of this month and the next ones where they are missing. */
export async function ensurePartitions(db: Database): Promise<void> {
  await sql`select ensure_audit_partitions(${now().toISOString().slice(0, 10)}::date, ${MONTHS_AHEAD + 1})`.execute(db);
}

/** One round trip. */
export async function pingDatabase(db: Database): Promise<void> {
  await sql`select 1`.execute(db);
}

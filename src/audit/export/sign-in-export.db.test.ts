/** An export of many pages, over a history that is crowded at one time and empty at another. */
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { PAGE_ROWS, SignInExport } from "@/audit/export/sign-in-export.server";
import type { SignInFilter } from "@/audit/history";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const DAY = 24 * 3600_000;
const NOW = Date.now();
const at = (days: number) => new Date(NOW - days * DAY);

/** Attempts, each so many milliseconds before the one above it. */
async function addAttempts(count: number, from: Date, apart: number): Promise<void> {
  await sql`
    insert into audit_events (id, occurred_at, action, status, failure_reason, actor_type)
    select gen_random_uuid(), ${from}::timestamptz - number * ${apart} * interval '1 millisecond', 'signedIn',
           'failure', 'unknown_user', 'anonymous'
      from generate_series(0, ${count - 1}::int) number`.execute(postgres.db);
}

beforeAll(async () => {
  await sql`select ensure_audit_partitions(${at(150)}::date, 7)`.execute(postgres.db);
  await addAttempts(PAGE_ROWS * 3 + 100, at(1), 1);
  await addAttempts(1, at(40), 0);
  await addAttempts(PAGE_ROWS + 10, at(70), 0);
  await addAttempts(PAGE_ROWS, at(100), 60_000);
  await addAttempts(1, at(140), 0);
});

async function exportedIds(filter: SignInFilter): Promise<string[]> {
  const exporter = { actor: { type: "system" } as const, sessionId: null, organizationId: null };
  const request = { format: "ndjson" as const, filter, cursor: null };
  const parts: Buffer[] = [];
  for await (const part of new SignInExport(postgres.db, exporter, async () => "all", request).chunks())
    parts.push(part);
  const lines = Buffer.concat(parts).toString().trimEnd().split("\n");
  return lines.map((line) => (JSON.parse(line) as { id: string }).id);
}

async function idsSince(from: Date): Promise<string[]> {
  const rows = await postgres.db
    .selectFrom("audit_events")
    .select("id")
    .where("occurred_at", ">=", from)
    .orderBy("occurred_at", "desc")
    .orderBy("id", "desc")
    .execute();
  return rows.map(({ id }) => id);
}

describe("an export of many pages has every attempt once, newest first", () => {
  test("of all times", async () => {
    expect(await exportedIds({})).toEqual(await idsSince(at(1000)));
  });

  test.each([1.001, 50, 70, 101, 139])("of %d days", async (days) => {
    expect(await exportedIds({ from: at(days) })).toEqual(await idsSince(at(days)));
  });
});

/** Where counting row by row stops: what was counted is exact, and what was not is said. */
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { signInFacets, signInStats } from "@/audit/history-summary.store.server";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const FIRST = new Date("2026-02-03T00:00:00Z");
const ip = "192.0.2.99";

const after = (seconds: number) => new Date(FIRST.getTime() + seconds * 1000);

beforeAll(async () => {
  // One attempt a second from one address: 50,001 of them.
  await sql`
    insert into audit_events (id, occurred_at, action, status, actor_type, actor_id, ip)
    select gen_random_uuid(), ${FIRST}::timestamptz + make_interval(secs => n), 'signedIn', 'success', 'user',
           gen_random_uuid(), ${ip}
      from generate_series(0, 50000) n`.execute(postgres.db);
});

test("up to ten thousand the total is exact, and above it more than that", async () => {
  const total = async (attempts: number) =>
    (await signInFacets(postgres.db, "all", { ip, from: FIRST, to: after(attempts) })).total;
  expect(await total(10_000)).toEqual({ count: 10_000, more: false });
  expect(await total(10_001)).toEqual({ count: 10_000, more: true });
});

test("bars are counted from the newest fifty thousand, and say from when", async () => {
  const stats = await signInStats(postgres.db, "all", { ip, from: FIRST, to: after(50_001) }, "quarterHour");
  expect(stats.countedFrom).toEqual(after(1));
  expect(stats.bars.reduce((sum, { success }) => sum + success, 0)).toBe(50_000);
  const fewer = await signInStats(postgres.db, "all", { ip, from: after(2), to: after(50_001) }, "quarterHour");
  expect(fewer.countedFrom).toBeNull();
});

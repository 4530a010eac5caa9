/** Counts and rows cannot part: whatever writes, fails or is undone, they say the same. */
import { CompiledQuery, sql } from "kysely";
import { beforeEach, describe, expect, test } from "vitest";
import { findDrift, foldCounts, repairCounts } from "@/audit/counts/counts.store.server";
import type { EventRow } from "@/audit/event";
import { eventParameters, insertEvents, insertEventsIf } from "@/audit/events.store.server";
import { openLine } from "@/audit/queue/line.store.server";
import { sampleRow } from "@/audit/queue/sample-row";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

beforeEach(async () => {
  await maintain((tx) => sql`truncate audit_events`.execute(tx));
});

function maintain(work: (tx: typeof postgres.db) => Promise<unknown>): Promise<void> {
  return postgres.db.transaction().execute(async (tx) => {
    await sql`set local gatebook.maintenance = 'on'`.execute(tx);
    await work(tx);
  });
}

const rows = (count: number, overrides: Partial<EventRow> = {}) =>
  Array.from({ length: count }, () => sampleRow(overrides));

/** Attempts of the whole instance by the grain, entries included. */
async function counted(): Promise<Record<string, number>> {
  const { rows: found } = await sql<{ grain: string; attempts: number }>`
    select grain, sum(attempts)::int as attempts from (
      select grain, attempts from sign_in_counts where scope = 'instance'
      union all select grain, attempts from sign_in_count_entries, (values ('hour'), ('shift'), ('day'), ('month')) grains (grain)
    ) every group by grain`.execute(postgres.db);
  return Object.fromEntries(found.map(({ grain, attempts }) => [grain, attempts]));
}

async function fold(): Promise<number> {
  let entries = 0;
  for (let more = true; more; ) {
    const folded = await foldCounts(postgres.db);
    entries += folded.entries;
    more = folded.more;
  }
  return entries;
}

describe("whatever writes rows", () => {
  test("the queue's line: a group, a lone row, and rows that are there already", async () => {
    const line = openLine(postgres.url);
    const group = rows(50).map((row) => JSON.stringify(row));
    await line.write(group);
    await line.write([JSON.stringify(sampleRow())]);
    await line.write(group);
    await line.close();
    expect(await counted()).toEqual({ hour: 51, shift: 51, day: 51, month: 51 });
    expect(await findDrift(postgres.db)).toEqual([]);
  });

  test("a transaction, with its commit and not before, and not at all when it is rolled back", async () => {
    await postgres.db.transaction().execute(async (tx) => {
      await insertEvents(tx, rows(3));
      expect(await counted()).toEqual({});
    });
    await expect(
      postgres.db.transaction().execute(async (tx) => {
        await insertEvents(tx, rows(5));
        throw new Error("undone");
      }),
    ).rejects.toThrow("undone");
    expect(await counted()).toEqual({ hour: 3, shift: 3, day: 3, month: 3 });
    expect(await findDrift(postgres.db)).toEqual([]);
  });

  test("a statement that writes them beside something else", async () => {
    const text = `with written as (${insertEventsIf("$1::boolean", { rows: 2, from: 2 })}) select 1`;
    const write = (condition: boolean) =>
      postgres.db.executeQuery(CompiledQuery.raw(text, [condition, ...eventParameters(rows(2))]));
    await write(true);
    await write(false);
    expect((await counted()).hour).toBe(2);
    expect(await findDrift(postgres.db)).toEqual([]);
  });

  test("of months for which there is no partition yet, and when they move into theirs", async () => {
    await insertEvents(postgres.db, rows(4, { occurred_at: "2031-05-06T07:08:09Z" }));
    await sql`select ensure_audit_partitions('2031-05-01', 1)`.execute(postgres.db);
    expect((await counted()).month).toBe(4);
    expect(await findDrift(postgres.db)).toEqual([]);
  });

  test("attempts alone count, not what else happens", async () => {
    await insertEvents(postgres.db, rows(4, { action: "signedOut", status: "success", failure_reason: null }));
    expect(await counted()).toEqual({});
  });
});

describe("whatever maintenance does", () => {
  test("removed and changed rows count no more, or as what they are now", async () => {
    await insertEvents(postgres.db, rows(20, { provider: "openid" }));
    await fold();
    await maintain(async (tx) => {
      await sql`delete from audit_events where id in (select id from audit_events limit 5)`.execute(tx);
      await sql`update audit_events set provider = 'github'`.execute(tx);
    });
    expect((await counted()).day).toBe(15);
    expect(await findDrift(postgres.db)).toEqual([]);
    await fold();
    expect(await findDrift(postgres.db)).toEqual([]);
  });

  test("an emptied book has no counts", async () => {
    await insertEvents(postgres.db, rows(5));
    await fold();
    await maintain((tx) => sql`truncate audit_events`.execute(tx));
    expect(await counted()).toEqual({});
  });
});

describe("folding", () => {
  test("changes no sum, and leaves nothing to fold", async () => {
    await insertEvents(postgres.db, rows(200));
    const before = await counted();
    expect(await fold()).toBeGreaterThan(0);
    expect(await counted()).toEqual(before);
    expect(await fold()).toBe(0);
    expect(await findDrift(postgres.db)).toEqual([]);
  });

  test("goes on while many write and several fold", async () => {
    const writers = Array.from({ length: 8 }, async () => {
      for (let round = 0; round < 10; round += 1) await insertEvents(postgres.db, rows(7));
    });
    const folders = Array.from({ length: 3 }, async () => {
      for (let round = 0; round < 10; round += 1) await foldCounts(postgres.db);
    });
    await Promise.all([...writers, ...folders]);
    expect((await counted()).hour).toBe(560);
    await fold();
    expect(await findDrift(postgres.db)).toEqual([]);
  });
});

describe("counts that are wrong all the same", () => {
  test("are found, and put right while others write", async () => {
    await insertEvents(postgres.db, rows(30));
    await fold();
    await sql`update sign_in_counts set attempts = attempts + 3 where grain = 'hour' and scope = 'instance'`.execute(
      postgres.db,
    );
    await sql`delete from sign_in_counts where grain = 'day' and scope = 'organization'`.execute(postgres.db);
    await insertEvents(postgres.db, rows(10));
    await sql`delete from sign_in_counts where grain = 'shift'`.execute(postgres.db);
    expect(new Set((await findDrift(postgres.db)).map(({ grain }) => grain))).toEqual(
      new Set(["hour", "shift", "day"]),
    );
    const [repaired] = await Promise.all([
      repairCounts(postgres.db),
      insertEvents(postgres.db, rows(10)),
      foldCounts(postgres.db),
    ]);
    expect(repaired).toBeGreaterThan(0);
    expect(await findDrift(postgres.db)).toEqual([]);
    expect(await repairCounts(postgres.db)).toBe(0);
  });
});

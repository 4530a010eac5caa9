/** The migrated database as PostgreSQL sees it: monthly partitions, a history that nobody rewrites, migrations that settle. */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";
import { migrateToLatest } from "./migrate";

const database = testDatabase();

function insertEvent(occurredAt: Date): Promise<string> {
  const id = newId();
  return database.db
    .insertInto("audit_events")
    .values({ id, occurred_at: occurredAt, action: "signedOut", status: "success", actor_type: "system" })
    .execute()
    .then(() => id);
}

async function partitionOf(id: string): Promise<string | undefined> {
  const { rows } = await sql<{ partition: string }>`
    select tableoid::regclass::text as partition from audit_events where id = ${id}`.execute(database.db);
  return rows[0]?.partition;
}

const REFUSED = { code: "42501", message: "audit_events is append-only" };

describe("the migrations", () => {
  test("have nothing to do a second time", async () => {
    expect(await migrateToLatest(database.url)).toEqual([]);
  });

  test("may be run by several processes at once", async () => {
    const runs = await Promise.all([1, 2, 3].map(() => migrateToLatest(database.url)));
    expect(runs).toEqual([[], [], []]);
  });
});

describe("an event", () => {
  test("of this month goes to the partition of this month", async () => {
    const id = await insertEvent(new Date());
    const month = new Date().toISOString().slice(0, 7).replace("-", "_");
    expect(await partitionOf(id)).toBe(`audit_events_${month}`);
  });

  test("whose month has no partition is kept all the same", async () => {
    expect(await partitionOf(await insertEvent(new Date("2001-02-03T04:05:06Z")))).toBe("audit_events_default");
  });

  test("on the border of two months belongs to the later one, by UTC", async () => {
    const now = new Date();
    const border = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
    const month = border.toISOString().slice(0, 7).replace("-", "_");
    expect(await partitionOf(await insertEvent(border))).toBe(`audit_events_${month}`);
    expect(await partitionOf(await insertEvent(new Date(border.getTime() - 1)))).not.toBe(`audit_events_${month}`);
  });
});

describe("the history", () => {
  test("refuses updates", async () => {
    const id = await insertEvent(new Date());
    const update = database.db.updateTable("audit_events").set({ status: "failure" }).where("id", "=", id).execute();
    await expect(update).rejects.toMatchObject(REFUSED);
  });

  test("refuses deletes, by way of a partition too", async () => {
    const id = await insertEvent(new Date());
    await expect(database.db.deleteFrom("audit_events").where("id", "=", id).execute()).rejects.toMatchObject(REFUSED);
    const partition = await partitionOf(id);
    const direct = sql`delete from ${sql.table(partition ?? "")} where id = ${id}`.execute(database.db);
    await expect(direct).rejects.toMatchObject(REFUSED);
  });

  test("refuses truncate", async () => {
    await insertEvent(new Date());
    await expect(sql`truncate audit_events`.execute(database.db)).rejects.toMatchObject(REFUSED);
  });

  test("gives way to declared maintenance, and only until that transaction ends", async () => {
    const id = await insertEvent(new Date());
    await database.db.transaction().execute(async (tx) => {
      await sql`set local gatebook.maintenance = 'on'`.execute(tx);
      await tx.deleteFrom("audit_events").where("id", "=", id).execute();
    });
    expect(await partitionOf(id)).toBeUndefined();
    const next = await insertEvent(new Date());
    await expect(database.db.deleteFrom("audit_events").where("id", "=", next).execute()).rejects.toMatchObject(
      REFUSED,
    );
  });
});

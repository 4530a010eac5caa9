/** The months of the book are there before they begin, by UTC, and making them again changes nothing. */
import { sql } from "kysely";
import { afterEach, describe, expect, test } from "vitest";
import { ensurePartitions } from "@/audit/partitions.store.server";
import { setClock } from "@/platform/clock";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

let restoreClock = () => {};
afterEach(() => restoreClock());

async function ensureAt(time: string): Promise<void> {
  restoreClock();
  restoreClock = setClock(() => new Date(time));
  await ensurePartitions(postgres.db);
}

async function partitions(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select inhrelid::regclass::text as name from pg_inherits
     where inhparent = 'audit_events'::regclass order by name`.execute(postgres.db);
  return rows.map(({ name }) => name);
}

async function partitionOf(occurredAt: string): Promise<string | undefined> {
  const id = newId();
  await postgres.db
    .insertInto("audit_events")
    .values({ id, occurred_at: occurredAt, action: "signedOut", status: "success", actor_type: "system" })
    .execute();
  const { rows } = await sql<{ name: string }>`
    select tableoid::regclass::text as name from audit_events where id = ${id}`.execute(postgres.db);
  return rows[0]?.name;
}

describe("the partitions", () => {
  test("of this month and the next three are made, over the end of a year", async () => {
    const before = await partitions();
    await ensureAt("2031-11-30T23:59:59.999Z");
    const made = (await partitions()).filter((name) => !before.includes(name));
    expect(made).toEqual([
      "audit_events_2031_11",
      "audit_events_2031_12",
      "audit_events_2032_01",
      "audit_events_2032_02",
    ]);
  });

  test("are those of UTC, whatever the time zone of the connection", async () => {
    await postgres.db.connection().execute(async (db) => {
      await sql`set timezone = 'Pacific/Kiritimati'`.execute(db);
      restoreClock = setClock(() => new Date("2033-01-31T23:00:00Z"));
      await ensurePartitions(db);
      await sql`reset timezone`.execute(db);
    });
    expect(await partitionOf("2033-01-31T23:59:59.999999Z")).toBe("audit_events_2033_01");
    expect(await partitionOf("2033-02-01T00:00:00Z")).toBe("audit_events_2033_02");
  });

  test("are made once, however often they are asked for", async () => {
    await ensureAt("2034-05-15T00:00:00Z");
    const made = await partitions();
    await ensureAt("2034-05-15T00:00:00Z");
    await ensureAt("2034-05-31T23:59:59Z");
    expect(await partitions()).toEqual(made);
  });

  test("that are there already stay where a later month asks for more", async () => {
    await ensureAt("2035-01-15T00:00:00Z");
    await partitionOf("2035-02-02T00:00:00Z");
    await ensureAt("2035-03-15T00:00:00Z");
    expect(await partitionOf("2035-02-03T00:00:00Z")).toBe("audit_events_2035_02");
    expect(await partitionOf("2035-06-30T23:59:59Z")).toBe("audit_events_2035_06");
  });

  test("refuse to forget, the ones made later as well as the first ones", async () => {
    await ensureAt("2036-01-15T00:00:00Z");
    await partitionOf("2036-01-20T00:00:00Z");
    for (const change of [
      sql`delete from audit_events_2036_01`,
      sql`update audit_events_2036_01 set status = 'success'`,
      sql`delete from audit_events where occurred_at > '2036-01-01'`,
    ]) {
      await expect(change.execute(postgres.db)).rejects.toMatchObject({ message: "audit_events is append-only" });
    }
  });

  test("made later have the same indexes as the first ones", async () => {
    await ensureAt("2037-01-15T00:00:00Z");
    const indexes = async (table: string) => {
      const { rows } = await sql<{ definition: string }>`
        select regexp_replace(indexdef, '^.* USING ', '') as definition from pg_indexes
         where tablename = ${table} order by definition`.execute(postgres.db);
      return rows.map(({ definition }) => definition);
    };
    const first = (await partitions()).find((name) => name !== "audit_events_default") ?? "";
    expect(await indexes("audit_events_2037_01")).toEqual(await indexes(first));
    expect((await indexes(first)).length).toBeGreaterThan(5);
  });
});

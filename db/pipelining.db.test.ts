/** A pipelined transaction is a transaction: all of it or nothing, in the order in which it was said. */

import { sql } from "kysely";
import { beforeEach, expect, test } from "vitest";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

beforeEach(async () => {
  await sql`drop table if exists things`.execute(postgres.db);
  await sql`create table things (id integer primary key, at xid default pg_current_xact_id()::xid)`.execute(
    postgres.db,
  );
});

const add = (db: typeof postgres.db, id: number) => sql`insert into things (id) values (${id})`.execute(db);
const ids = async () =>
  (await sql<{ id: number }>`select id from things order by id`.execute(postgres.db)).rows.map(({ id }) => id);

test("a transaction is there whole, or not at all", async () => {
  await postgres.db.transaction().execute(async (tx) => {
    await add(tx, 1);
    await add(tx, 2);
  });
  const failing = postgres.db.transaction().execute(async (tx) => {
    await add(tx, 3);
    await add(tx, 1);
  });
  await expect(failing).rejects.toMatchObject({ code: "23505" });
  expect(await ids()).toEqual([1, 2]);
  const { rows } = await sql`select distinct at::text from things`.execute(postgres.db);
  expect(rows).toHaveLength(1);
});

test("a transaction that did nothing leaves its connection as it was", async () => {
  await postgres.db.transaction().execute(async () => {});
  await expect(
    postgres.db.transaction().execute(async () => {
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  await add(postgres.db, 1);
  expect(await ids()).toEqual([1]);
});

test("a statement whose error was swallowed makes the commit fail", async () => {
  const work = postgres.db.transaction().execute(async (tx) => {
    await add(tx, 1);
    await add(tx, 1).catch(() => {});
  });
  await expect(work).rejects.toThrow(/rolled back/);
  expect(await ids()).toEqual([]);
});

test("what a transaction is told to be, it is", async () => {
  const level = postgres.db
    .transaction()
    .setIsolationLevel("serializable")
    .execute((tx) => sql<{ level: string }>`select current_setting('transaction_isolation') as level`.execute(tx));
  expect((await level).rows).toEqual([{ level: "serializable" }]);
});

test("many at once on few connections neither mix nor lose anything", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, (_, n) =>
      postgres.db.transaction().execute(async (tx) => {
        await add(tx, n * 10);
        await add(tx, n * 10 + 1);
        // Every fourth fails at its last statement, every fourth by itself.
        if (n % 4 === 1) await add(tx, n * 10);
        if (n % 4 === 2) throw new Error("no");
      }),
    ),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(
    outcomes.map((_, n) => (n % 4 === 1 || n % 4 === 2 ? "rejected" : "fulfilled")),
  );
  const expected = outcomes.flatMap((_, n) => (n % 4 === 0 || n % 4 === 3 ? [n * 10, n * 10 + 1] : []));
  expect(await ids()).toEqual(expected);
});

/** A statement that says a name is kept prepared under it by its connection; every other one is not. */
import { CompiledQuery } from "kysely";
import { expect, test } from "vitest";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();

test("only what is marked is kept, and answers the same each time", async () => {
  await postgres.db.connection().execute(async (connection) => {
    const ask = async (text: string, value: number) =>
      (await connection.executeQuery(CompiledQuery.raw(text, [value]) as CompiledQuery<{ n: number }>)).rows[0]?.n;
    const marked = "/* prepared twice-as-much */ select 2 * $1::integer as n";
    expect([await ask(marked, 1), await ask(marked, 21)]).toEqual([2, 42]);
    expect(await ask("select 3 * $1::integer as n", 1)).toBe(3);
    expect(await ask("select $1::integer as n /* prepared elsewhere */", 1)).toBe(1);
    const { rows } = await connection.executeQuery(CompiledQuery.raw("select name from pg_prepared_statements"));
    expect(rows).toEqual([{ name: "twice-as-much" }]);
  });
});

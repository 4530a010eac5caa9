/** What COPY writes comes back as it was, and values in its text are values only. */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { testDatabase } from "@/workbench/test-database";
import { copyLines, fieldsOf, literal } from "./copy.server";

const postgres = testDatabase();

const NASTY = [
  "plain",
  "",
  "\\N",
  "\\",
  "\\.",
  "a\\tb",
  "tab\there",
  "two\nlines",
  "two\r\nlines",
  "\b\f\v\u0001\u007f",
  `'single' "double"`,
  "it's $1 and $2; select 1 --",
  "ünïcødé — 漢字 🦔",
  "\u2028\u2029",
  "x".repeat(100_000),
];

describe("a copied select", () => {
  test("answers each value of each row as it stands", async () => {
    const lines = await copyLines(
      postgres.db,
      sql`select place, value, null::text, value from unnest(${NASTY}::text[]) with ordinality rows (value, place)`,
    );
    expect(lines.map(fieldsOf)).toEqual(NASTY.map((value, index) => [String(index + 1), value, null, value]));
  });

  test("answers many rows, in their order, while others ask in the same moment", async () => {
    const count = (from: number) =>
      copyLines(postgres.db, sql`select generate_series(${from}::integer, ${from + 9999})`);
    const [one, other, plain] = await Promise.all([count(1), count(5), sql`select 1 as n`.execute(postgres.db)]);
    expect([one.length, one.at(0), one.at(-1), other.at(0), other.at(-1)]).toEqual([
      10_000,
      "1",
      "10000",
      "5",
      "10004",
    ]);
    expect(plain.rows).toEqual([{ n: 1 }]);
  });

  test("takes numbers, times, texts and lists for what they are", async () => {
    const at = new Date("2026-03-04T14:05:09.412Z");
    const [line = ""] = await copyLines(
      postgres.db,
      sql`select ${7}::integer + 1, ${at} = ${at.toISOString()}::timestamptz, ${["a", "b'"]}::text[], ${[]}::uuid[] = '{}'`,
    );
    expect(fieldsOf(line)).toEqual(["8", "t", "{a,b'}", "t"]);
  });

  test("fails as any statement does, and leaves its connection fit for the next", async () => {
    await postgres.db.connection().execute(async (connection) => {
      await expect(copyLines(connection, sql`select 1 / ${0}::integer`)).rejects.toMatchObject({ code: "22012" });
      expect(await copyLines(connection, sql`select ${1}::integer`)).toEqual(["1"]);
    });
  });
});

test.each<unknown>([null, undefined, Number.NaN, {}, "a\0b", ["a\0b"], Symbol("a")])("%o is no literal", (value) => {
  expect(() => literal(value)).toThrow(TypeError);
});

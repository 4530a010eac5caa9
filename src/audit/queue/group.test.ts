import { expect, it } from "vitest";
import { writeAround } from "@/audit/queue/group";

const bad = (row: string) => row.startsWith("bad");
const error = (code: string) => Object.assign(new Error(code), { code });

/** A table that refuses a whole statement for one bad row, as PostgreSQL does. */
function table(failAfter = Number.POSITIVE_INFINITY) {
  const rows: string[] = [];
  let statements = 0;
  const write = async (group: readonly string[]) => {
    statements += 1;
    if (statements > failAfter) throw error("57P01");
    if (group.some(bad)) throw error("22P02");
    rows.push(...group);
  };
  return { rows, write, statements: () => statements };
}

it("writes a good group in one statement", async () => {
  const { rows, write, statements } = table();
  expect(await writeAround(["a", "b", "c"], write)).toEqual([]);
  expect(rows).toEqual(["a", "b", "c"]);
  expect(statements()).toBe(1);
  expect(await writeAround([], write)).toEqual([]);
  expect(statements()).toBe(1);
});

it("finds every bad row and keeps the order of the others", async () => {
  const group = Array.from({ length: 500 }, (_, index) =>
    [0, 77, 78, 499].includes(index) ? `bad ${index}` : `row ${index}`,
  );
  const { rows, write, statements } = table();
  const refusals = await writeAround(group, write);
  expect(refusals.map(({ index }) => index)).toEqual([0, 77, 78, 499]);
  expect(refusals.every(({ sqlState }) => sqlState === "22P02")).toBe(true);
  expect(rows).toEqual(group.filter((row) => !bad(row)));
  expect(statements()).toBeLessThan(80);
});

it("stops at the first failure of the database", async () => {
  const { rows, write } = table(3);
  await expect(writeAround(["a", "b", "c", "bad"], write)).rejects.toMatchObject({ code: "57P01" });
  expect(rows).toEqual(["a", "b"]);
});

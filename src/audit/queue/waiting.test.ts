import { expect, it } from "vitest";
import { type Entry, Waiting } from "@/audit/queue/waiting";

const entry = (name: string, rows = 1): Entry & { name: string } => ({
  name,
  rows: Array.from({ length: rows }, () => "x".repeat(10)),
  size: rows * 10,
  since: 0,
  withdrawn: false,
});
const queue = () => new Waiting<Entry & { name: string }>({ rows: 10, size: 1000 });
const ALL = { rows: 1000, size: 100_000 };

it("hands out in the order of arrival, up to the limits, at least one", () => {
  const waiting = queue();
  for (const [name, rows] of [
    ["a", 2],
    ["b", 2],
    ["c", 9],
  ] as const)
    waiting.push(entry(name, rows));
  expect(waiting.oldest?.name).toBe("a");
  expect(waiting.take({ rows: 4, size: 1000 }).map(({ name }) => name)).toEqual(["a", "b"]);
  expect(waiting.take({ rows: 4, size: 1000 }).map(({ name }) => name)).toEqual(["c"]);
  expect(waiting.take(ALL)).toEqual([]);
  expect([waiting.rows, waiting.size]).toEqual([0, 0]);
});

it("also stops at the limit on size", () => {
  const waiting = queue();
  for (const name of ["a", "b", "c"]) waiting.push(entry(name));
  expect(waiting.take({ rows: 100, size: 20 })).toHaveLength(2);
});

it("has room within its bound, a waiting room as large beyond it, and then none", () => {
  const waiting = queue();
  expect(waiting.room({ rows: 50, size: 9 })).toBe("within");
  waiting.push(entry("a", 9));
  expect(waiting.room({ rows: 1, size: 10 })).toBe("within");
  expect(waiting.room({ rows: 2, size: 10 })).toBe("beyond");
  expect(waiting.room({ rows: 1, size: 950 })).toBe("beyond");
  expect(waiting.room({ rows: 12, size: 10 })).toBe("none");
  expect(waiting.room({ rows: 1, size: 1950 })).toBe("none");
});

it("passes over what was withdrawn", () => {
  const waiting = queue();
  const [a, b, c] = [entry("a"), entry("b"), entry("c")];
  for (const each of [a, b, c]) waiting.push(each);
  waiting.withdraw(a);
  waiting.withdraw(b);
  waiting.withdraw(b);
  expect([waiting.rows, waiting.size, waiting.oldest?.name]).toEqual([1, 10, "c"]);
  expect(waiting.take(ALL)).toEqual([c]);
});

it("forgets what it has handed out, however many that were", () => {
  const waiting = queue();
  for (let round = 0; round < 5000; round += 1) {
    waiting.push(entry(`${round}`));
    waiting.push(entry(`${round}+`));
    expect(waiting.take({ rows: 1, size: 100 })[0]?.name).toBe(
      round % 2 === 0 ? `${round / 2}` : `${(round - 1) / 2}+`,
    );
  }
  expect(waiting.rows).toBe(5000);
});

/** The keys of the grid: each leads where it says, and none leads out. */
import { expect, test } from "vitest";
import { moved } from "@/app/(signed-in)/admin/sign-ins/grid-keys";

const EXTENT = { rows: 100, columns: 5, page: 20 };

test.each([
  ["j", { row: 5, column: 2 }, { row: 6, column: 2 }],
  ["ArrowDown", { row: 99, column: 2 }, { row: 99, column: 2 }],
  ["k", { row: 5, column: 2 }, { row: 4, column: 2 }],
  ["ArrowUp", { row: 0, column: 0 }, { row: 0, column: 0 }],
  ["ArrowRight", { row: 5, column: 4 }, { row: 5, column: 4 }],
  ["ArrowLeft", { row: 5, column: 1 }, { row: 5, column: 0 }],
  ["PageDown", { row: 90, column: 0 }, { row: 99, column: 0 }],
  ["PageUp", { row: 30, column: 0 }, { row: 10, column: 0 }],
  ["Home", { row: 30, column: 3 }, { row: 0, column: 3 }],
  ["End", { row: 30, column: 3 }, { row: 99, column: 3 }],
])("%s from %j leads to %j", (key, from, to) => {
  expect(moved(key, from, EXTENT)).toEqual(to);
});

test("other keys move nothing, and an empty grid has one place", () => {
  expect(moved("x", { row: 0, column: 0 }, EXTENT)).toBeNull();
  expect(moved("End", { row: 0, column: 0 }, { rows: 0, columns: 0, page: 1 })).toEqual({ row: 0, column: 0 });
});

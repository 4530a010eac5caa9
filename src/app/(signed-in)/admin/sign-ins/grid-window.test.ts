/** The window over a list: no row in sight is missing, no more are drawn than that takes, and any row can be brought into sight. */
import { describe, expect, test } from "vitest";
import { rowsDrawn, scrollTo, sightOf } from "@/app/(signed-in)/admin/sign-ins/grid-window";

const GLANCE = { viewport: 880, height: 44 };
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("the rows that are drawn", () => {
  test.each([
    ["before the list begins", -200, range(0, 19)],
    ["at its beginning", 0, range(0, 24)],
    ["somewhere, with half rows at both edges", 44 * 50 + 22, range(46, 74)],
    ["at its end", 44 * 80, range(76, 99)],
  ])("%s are those in sight and four beyond", (_, above, rows) => {
    expect(rowsDrawn(sightOf({ ...GLANCE, above }), 100, -1)).toEqual(rows);
  });

  test("are none where the list is out of sight", () => {
    expect(rowsDrawn(sightOf({ ...GLANCE, above: -2000 }), 100, -1)).toEqual([]);
    expect(rowsDrawn(sightOf({ ...GLANCE, above: 44 * 200 }), 100, -1)).toEqual([]);
    expect(rowsDrawn(sightOf({ ...GLANCE, above: 0 }), 0, 0)).toEqual([]);
  });

  test.each([
    ["above", 3, [3, ...range(46, 74)]],
    ["below", 99, [...range(46, 74), 99]],
    ["in sight", 60, range(46, 74)],
    ["that there is not", 100, range(46, 74)],
  ])("have the one that is kept: %s", (_, kept, rows) => {
    expect(rowsDrawn(sightOf({ ...GLANCE, above: 44 * 50 + 22 }), 100, kept)).toEqual(rows);
  });
});

describe("scrolling to a row", () => {
  const HEAD = 36;
  test.each([
    ["in sight, just below what covers the edge", 51, 44 * 51 - HEAD, 0],
    ["partly covered", 51, 44 * 51 - HEAD + 10, -10],
    ["far above", 3, 44 * 50, -44 * 47 - HEAD],
    ["whole, with its ring", 70, 44 * 51 + 4, 0],
    ["partly below", 70, 44 * 50 + 22, 26],
    ["far below", 90, 44 * 50, 44 * 21 + 4],
  ])("%s", (_, row, above, by) => {
    expect(scrollTo(row, { ...GLANCE, above }, HEAD)).toBe(by);
    expect(scrollTo(row, { ...GLANCE, above: above + by }, HEAD)).toBe(0);
  });
});

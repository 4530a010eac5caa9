/** Live rows against the list that is loaded: none is missing between them, none is there twice. */
import { describe, expect, test } from "vitest";
import { canEnter, enter, gather, listed, MOST_HELD, NO_ROWS } from "@/app/(signed-in)/admin/sign-ins/live-rows";
import type { SignIn } from "@/audit/history";

/** The attempt of a second; its id grows with it. */
const row = (second: number) =>
  ({ id: String(second).padStart(6, "0"), occurredAt: new Date(second * 1000) }) as SignIn;
const rows = (...seconds: number[]) => seconds.map(row);
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => row(first + n));
const seconds = (list: readonly SignIn[]) => list.map(({ occurredAt }) => occurredAt.getTime() / 1000);

describe("the list", () => {
  test("has what entered above what is loaded, in order, each once", () => {
    expect(seconds(listed(rows(5, 4, 3), rows(7, 6, 8, 5), true))).toEqual([8, 7, 6, 5, 4, 3]);
    expect(seconds(listed(rows(3, 2), [], true))).toEqual([3, 2]);
  });

  test("has one that was recorded late in its place", () => {
    expect(seconds(listed(rows(9, 5, 3), rows(7), true))).toEqual([9, 7, 5, 3]);
  });

  test("shows nothing below a gap: after a reload, older ones come with their pages", () => {
    expect(seconds(listed(rows(20, 19, 18), rows(7, 6), true))).toEqual([20, 19, 18]);
    expect(seconds(listed(rows(20, 19, 18), rows(7, 6), false))).toEqual([20, 19, 18, 7, 6]);
    expect(seconds(listed([], rows(7), false))).toEqual([7]);
  });

  test("of two in the same instant has the one with the greater id first", () => {
    const twins = ["a", "b"].map((id) => ({ ...row(4), id }));
    expect(listed([row(3)], twins, true).map(({ id }) => id)).toEqual(["b", "a", "000003"]);
  });
});

describe("what waits", () => {
  test("enters as it is while it can be held", () => {
    const some = gather(gather(NO_ROWS, rows(1, 2)), rows(3));
    expect([some.count, canEnter(some)]).toEqual([3, true]);
    expect(enter(some)).toMatchObject({ waiting: [], count: 0 });
    expect(seconds(listed([], enter(some).entered, false))).toEqual([3, 2, 1]);
    expect(gather(some, [])).toBe(some);
  });

  test("is counted to the last one, though more than can be held are let go", () => {
    const many = gather(gather(NO_ROWS, range(1, MOST_HELD)), rows(MOST_HELD + 1));
    expect([many.count, many.waiting.length, canEnter(many)]).toEqual([MOST_HELD + 1, 0, false]);
    const more = gather(many, rows(MOST_HELD + 2));
    expect([more.count, canEnter(more)]).toEqual([MOST_HELD + 2, false]);
  });

  test("does not pile up above a list that nobody loads anew", () => {
    const full = enter(gather(NO_ROWS, range(1, MOST_HELD)));
    expect(canEnter(gather(full, rows(MOST_HELD + 1)))).toBe(false);
  });
});

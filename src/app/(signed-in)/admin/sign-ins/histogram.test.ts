/** The histogram: what a stretch of bars is as a filter, how the range widens, and what a bar says. */
import { describe, expect, test } from "vitest";
import {
  barWords,
  heightsOf,
  mostOf,
  rangeWords,
  scaleWords,
  stretch,
  zoomOut,
  zoomTo,
} from "@/app/(signed-in)/admin/sign-ins/histogram";

const at = (text: string) => new Date(`2026-03-04T${text}Z`);
const bar = (text: string, success = 0, failure = 0) => ({ startsAt: at(text), success, failure, byMethod: {} });
const BARS = [bar("14:00:00", 3, 1), bar("14:01:00"), bar("14:02:00", 0, 9)];

describe("looking closer", () => {
  test("keeps the rest of the filter, and takes the chosen bars whole", () => {
    expect(zoomTo({ status: "failure" }, BARS, "minute", { first: 1, last: 2 })).toEqual({
      status: "failure",
      from: "2026-03-04 14:01:00",
      to: "2026-03-04 14:02:59",
    });
  });

  test("dragged backwards is the same stretch", () => {
    expect(stretch(5, 2)).toEqual({ first: 2, last: 5 });
  });

  test("at bars that are not there changes nothing", () => {
    expect(zoomTo({ ip: "::1" }, BARS, "minute", { first: 2, last: 3 })).toEqual({ ip: "::1" });
  });
});

test("zooming out takes four times the range, not beyond now", () => {
  expect(zoomOut({}, at("14:00:00"), at("15:00:00"), at("23:00:00"))).toEqual({
    from: "2026-03-04 12:30:00",
    to: "2026-03-04 16:30:00",
  });
  expect(zoomOut({}, at("14:00:00"), at("15:00:00"), at("15:00:00"))).toEqual({
    from: "2026-03-04 11:00:00",
    to: "2026-03-04 15:00:00",
  });
});

test("the range and its bars in words", () => {
  expect(rangeWords(at("14:00:00"), at("15:00:00"), "minute")).toBe("2026-03-04 14:00 to 15:00 UTC · a bar is 1 min");
  expect(rangeWords(at("14:00:00"), new Date("2026-03-06T15:00:00Z"), "hour")).toBe(
    "2026-03-04 14:00 to 2026-03-06 15:00 UTC · a bar is 1 h",
  );
  expect(barWords(bar("14:00:00", 3, 1), "minute")).toBe("2026-03-04 14:00: 3 succeeded, 1 failed");
  expect(barWords(bar("00:00:00", 3, 1), "day")).toBe("2026-03-04: 3 succeeded, 1 failed");
  expect(scaleWords([bar("14:00:00", 1200, 34)])).toBe("Up to 1,234 in a bar. Failures are hatched.");
  expect(scaleWords([bar("14:00:00", 0, 0)])).toBe("Nothing in this range.");
});

test("a bar is as high as its share of the highest, and what is not nothing can be seen", () => {
  expect(mostOf(BARS)).toBe(9);
  expect(mostOf([])).toBe(1);
  expect(heightsOf(bar("14:00:00", 0, 9), 9, 70)).toEqual({ success: 0, failure: 70 });
  expect(heightsOf(bar("14:00:00", 1, 4500), 9000, 70)).toEqual({ success: 2, failure: 35 });
});

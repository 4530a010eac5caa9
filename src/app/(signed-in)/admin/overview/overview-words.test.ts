import { describe, expect, test } from "vitest";
import { daysWords, deviationWords, usualWords } from "@/app/(signed-in)/admin/overview/overview-words";

describe("the usual", () => {
  test("is said in whole attempts", () => {
    expect(usualWords({ today: 37, usual: 11.6 })).toBe("usually 12 by this hour");
    expect(usualWords({ today: 37, usual: 1234.5 })).toBe("usually 1,235 by this hour");
    expect(usualWords({ today: 0, usual: 0.3 })).toBe("usually none by this hour");
    expect(usualWords({ today: 37, usual: null })).toBeNull();
  });

  test("says of what it is an average", () => {
    expect(daysWords(7)).toBe("of the last 7 days");
    expect(daysWords(1)).toBe("of yesterday");
  });
});

describe("what is not as usual is said", () => {
  test.each([
    [37, 12, "3 times the usual"],
    [20, 10, "2 times the usual"],
    [19, 10, null],
    [9, 1, null],
    [10, 0, "unusually many"],
    [0, 9, null],
    [4, 10, "less than half of the usual"],
    [5, 10, null],
    [37, null, null],
  ])("%s today, usually %s: %s", (today, usual, words) => {
    expect(deviationWords({ today, usual })).toBe(words);
  });
});

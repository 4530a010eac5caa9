/** What a reader has been sent: rows that become visible late are still sent, none twice, and after a break it goes on. */
import { describe, expect, test } from "vitest";
import { comparePlaces, type Place, placeTime, SentWindow, WINDOW_SIZE } from "@/audit/sent-window";
import { newId } from "@/platform/ids";

const SECOND = 1_000_000;
const START = 1_772_625_600_123_456;
const at = (micros: number): Place => ({ micros: START + micros, id: newId() });
const again = (window: SentWindow) => SentWindow.parse(window.toString());

test("what was noted was sent, and nothing else", () => {
  const window = new SentWindow(null);
  const [one, other] = [at(0), at(1)];
  window.note(one);
  expect(window.has(one)).toBe(true);
  expect(window.has(other)).toBe(false);
});

test("a row that becomes visible after a younger one is not taken for sent", () => {
  const window = new SentWindow(null);
  const late = at(0);
  window.note(at(5 * SECOND));
  expect(window.has(late)).toBe(false);
  expect(window.horizon).toBeNull();
  window.note(late);
  expect(window.has(late)).toBe(true);
});

test("what lies a minute behind the newest is settled", () => {
  const window = new SentWindow(null);
  const [old, newer] = [at(0), at(30 * SECOND)];
  window.note(old);
  window.note(newer);
  window.note(at(61 * SECOND));
  expect(window.horizon).toEqual(old);
  expect(window.has(old)).toBe(true);
  expect(window.has(at(-1))).toBe(true);
  expect(window.has(newer)).toBe(true);
  expect(window.has(at(30 * SECOND + 1))).toBe(false);
});

test("a burst moves the horizon up instead of growing without end, and none of it is sent again", () => {
  const window = new SentWindow(null);
  const burst = Array.from({ length: 5 * WINDOW_SIZE }, (_, index) => at(index));
  for (const place of burst) window.note(place);
  expect(window.horizon).toEqual(burst[4 * WINDOW_SIZE - 1]);
  expect(burst.every((place) => window.has(place))).toBe(true);
  expect(window.toString().length).toBeLessThan(4000);
});

test("rows of one microsecond are told apart by their ids", () => {
  const same = [at(7), at(7), at(7)].sort(comparePlaces);
  const window = new SentWindow(same[1] ?? null);
  expect(same.map((place) => window.has(place))).toEqual([true, true, false]);
});

describe("its text", () => {
  test("brings back the whole window", () => {
    const window = new SentWindow(at(-SECOND));
    const noted = [at(0), at(3), at(2)];
    for (const place of noted) window.note(place);
    const restored = again(window);
    expect(restored?.horizon).toEqual(window.horizon);
    expect(noted.every((place) => restored?.has(place))).toBe(true);
    expect(restored?.has(at(1))).toBe(false);
    expect(restored?.toString()).toBe(window.toString());
  });

  test("fits into a header", () => {
    expect(new SentWindow(at(0)).toString()).toMatch(/^[\x21-\x7e]+$/);
  });

  test.each([
    "",
    "x",
    "~",
    "-~",
    "-~x",
    "1.short",
    "-~0.AAAAAAAAAAAAAAAAAAAAAA~",
    `-~${"z".repeat(12)}.${"A".repeat(22)}`,
  ])("is not anything else: %j", (text) => {
    expect(SentWindow.parse(text)).toBeNull();
  });

  test("of more rows than a window has is refused", () => {
    const row = `0.${"A".repeat(22)}`;
    expect(SentWindow.parse(["-", ...Array.from({ length: WINDOW_SIZE }, () => row)].join("~"))).not.toBeNull();
    expect(SentWindow.parse(["-", ...Array.from({ length: WINDOW_SIZE + 1 }, () => row)].join("~"))).toBeNull();
  });
});

test("a place's time has the six decimals of the database", () => {
  expect(placeTime({ micros: START, id: "" })).toBe("2026-03-04T12:00:00.123456Z");
  expect(placeTime({ micros: START - 123_456, id: "" })).toBe("2026-03-04T12:00:00.000000Z");
});

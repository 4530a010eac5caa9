/** Today against the same hours of the days before: what counts, by how much, and against how many days. */
import { expect, test } from "vitest";
import { bordersAt, type DayCount, todayAgainstUsual } from "@/audit/overview";

const NOW = new Date("2026-03-04T14:15:00Z");
const at = (text: string) => new Date(`${text}:00Z`);

function count(over: Partial<DayCount>): DayCount {
  return {
    today: false,
    status: "success",
    failureReason: null,
    whole: 0,
    running: 0,
    first: at("2026-02-25T00:00"),
    ...over,
  };
}

test("a day begins at midnight, UTC, and is held against the seven before it", () => {
  expect(bordersAt(NOW)).toEqual({
    from: at("2026-03-04T00:00"),
    hour: at("2026-03-04T14:00"),
    before: at("2026-02-25T00:00"),
  });
});

test("of the running hour, the days before count by as much as is over of it today", () => {
  const counts = [
    count({ today: true, whole: 30, running: 7, first: at("2026-03-04T01:00") }),
    count({ whole: 70, running: 28 }),
  ];
  expect(todayAgainstUsual(counts, true, NOW).success).toEqual({ today: 37, usual: (70 + 28 / 4) / 7 });
  expect(todayAgainstUsual(counts, true, at("2026-03-04T14:00")).success.usual).toBe(10);
});

test("a log younger than a week is held against the days that it has", () => {
  const yesterday = [count({ whole: 9, first: at("2026-03-03T22:00") })];
  expect(todayAgainstUsual(yesterday, false, NOW)).toMatchObject({ days: 1, success: { today: 0, usual: 9 } });
  expect(todayAgainstUsual([count({ whole: 9, first: at("2026-03-02T00:00") })], false, NOW).days).toBe(2);
  // In one that is older, days on which nothing happened are days as well.
  expect(todayAgainstUsual(yesterday, true, NOW)).toMatchObject({ days: 7, success: { usual: 9 / 7 } });
});

test("a log that begins today has no usual", () => {
  const today = [count({ today: true, whole: 3, first: at("2026-03-04T09:00") })];
  expect(todayAgainstUsual(today, false, NOW)).toMatchObject({
    days: 0,
    success: { today: 3, usual: null },
    failure: { today: 0, usual: null },
  });
  expect(todayAgainstUsual([], false, NOW).reasons).toEqual([]);
});

test("the reasons of today, most first, each against its own usual", () => {
  const failed = (over: Partial<DayCount>) => count({ status: "failure", ...over });
  const { failure, reasons } = todayAgainstUsual(
    [
      failed({ today: true, failureReason: "rate_limited", whole: 2 }),
      failed({ today: true, failureReason: "wrong_password", whole: 5, running: 1 }),
      failed({ failureReason: "wrong_password", whole: 14 }),
      failed({ failureReason: "expired_token", whole: 70 }),
    ],
    true,
    NOW,
  );
  expect(failure).toEqual({ today: 8, usual: 12 });
  expect(reasons).toEqual([
    { reason: "wrong_password", today: 6, usual: 2 },
    { reason: "rate_limited", today: 2, usual: 0 },
  ]);
});

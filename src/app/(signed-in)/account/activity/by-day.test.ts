import { expect, it } from "vitest";
import { byDay } from "@/app/(signed-in)/account/activity/by-day";

it("cuts at midnight UTC and keeps the order", () => {
  const at = (text: string) => ({ occurredAt: new Date(text) });
  const days = byDay([
    at("2026-03-05T00:00:00.000Z"),
    at("2026-03-04T23:59:59.999Z"),
    at("2026-03-04T08:00:00.000Z"),
    at("2026-03-01T12:00:00.000Z"),
  ]);
  expect(days.map(({ date, items }) => [date, items.length])).toEqual([
    ["2026-03-05", 1],
    ["2026-03-04", 2],
    ["2026-03-01", 1],
  ]);
  expect(byDay([])).toEqual([]);
});

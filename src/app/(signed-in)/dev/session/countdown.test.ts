/** Countdowns: what is to come, what has been, and the moment between. */
import { expect, test } from "vitest";
import { countdown } from "@/app/(signed-in)/dev/session/countdown";

const NOON = Date.parse("2026-03-04T12:00:00Z");

test.each([
  ["2026-03-04T12:00:01Z", "in 0:00:01"],
  ["2026-03-04T12:14:59Z", "in 0:14:59"],
  ["2026-03-05T00:00:00Z", "in 12:00:00"],
  ["2026-03-08T16:00:00Z", "in 100:00:00"],
  ["2026-03-04T12:00:00Z", "0:00:00 ago"],
  ["2026-03-04T11:59:29Z", "0:00:31 ago"],
])("at noon, %s is %s", (at, words) => {
  expect(countdown(new Date(at), NOON)).toBe(words);
});

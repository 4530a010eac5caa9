import { expect, it } from "vitest";
import { Backoff } from "@/audit/queue/backoff";

it("doubles from 100 ms up to 2 s, and starts over", () => {
  const backoff = new Backoff();
  expect(Array.from({ length: 7 }, () => backoff.delay())).toEqual([100, 200, 400, 800, 1600, 2000, 2000]);
  backoff.reset();
  expect(backoff.delay()).toBe(100);
});

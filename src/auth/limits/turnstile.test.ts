/** The turnstile: exact under any number of parallel tries, and no obstacle to those that succeed. */
import { expect, test } from "vitest";
import { Turnstile } from "@/auth/limits/turnstile";

test("a burst of parallel failures stops exactly at the limit", async () => {
  const turnstile = new Turnstile();
  let failures = 0;
  const countLeft = async () => 10 - failures;
  const tries = Array.from({ length: 200 }, async () => {
    const leave = await turnstile.enter("key", countLeft);
    if (!leave) return "limited";
    await Promise.resolve();
    failures += 1;
    leave();
    return "tried";
  });
  const outcomes = await Promise.all(tries);
  expect(outcomes.filter((outcome) => outcome === "tried")).toHaveLength(10);
});

test("parallel successes all get in, never more at once than could fail", async () => {
  const turnstile = new Turnstile();
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      const leave = await turnstile.enter("key", async () => 10);
      expect(leave).not.toBeNull();
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      leave?.();
      leave?.();
    }),
  );
  expect(most).toBe(10);
});

test("a count that fails lets nobody in and blocks nobody behind", async () => {
  const turnstile = new Turnstile();
  const broken = turnstile.enter("key", () => Promise.reject(new Error("away")));
  const behind = turnstile.enter("key", async () => 1);
  await expect(broken).rejects.toThrow("away");
  expect(await behind).not.toBeNull();
});

test("keys do not wait for each other", async () => {
  const turnstile = new Turnstile();
  const first = await turnstile.enter("a", async () => 1);
  const other = await turnstile.enter("b", async () => 1);
  expect([first, other]).not.toContain(null);
});

/** Turns: never more at once than places, and a failure gives its place on. */
import { expect, test } from "vitest";
import { Turns } from "@/platform/turns";

test("runs no more at once than there are places, in the order of arrival", async () => {
  const turns = new Turns(2);
  let running = 0;
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      turns.take(async () => {
        running += 1;
        expect(running).toBeLessThanOrEqual(2);
        order.push(n);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

test("work that fails gives its place on", async () => {
  const turns = new Turns(1);
  await expect(turns.take(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await turns.take(async () => "next")).toBe("next");
});

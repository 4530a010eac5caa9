/** One question for all who ask in the same turn, and everybody gets their own answer. */
import { expect, test, vi } from "vitest";
import { Gathering } from "@/platform/gathering";

const lengths = () => vi.fn(async (keys: string[]) => new Map(keys.map((key) => [key, key.length] as const)));

test("what is asked in one turn is asked once, each key once, and answered to each", async () => {
  const askAll = lengths();
  const gathering = new Gathering(askAll);
  expect(await Promise.all(["a", "bb", "a", "ccc"].map((key) => gathering.ask(key)))).toEqual([1, 2, 1, 3]);
  expect(askAll.mock.calls).toEqual([[["a", "bb", "ccc"]]]);
});

test("what is asked while an answer is under way waits for the next question", async () => {
  const askAll = lengths();
  const gathering = new Gathering(askAll);
  const first = gathering.ask("a");
  await new Promise((resolve) => setImmediate(resolve));
  const second = gathering.ask("a");
  expect(await Promise.all([first, second])).toEqual([1, 1]);
  expect(askAll).toHaveBeenCalledTimes(2);
});

test("what nobody knows is null", async () => {
  const gathering = new Gathering(async (_: string[]) => new Map<string, number>());
  expect(await gathering.ask("a")).toBeNull();
});

test("a failure is everybody's who asked, and nobody's who asks later", async () => {
  const askAll = lengths();
  askAll.mockRejectedValueOnce(new Error("away"));
  const gathering = new Gathering(askAll);
  const outcomes = await Promise.allSettled([gathering.ask("a"), gathering.ask("bb"), gathering.ask("a")]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(await gathering.ask("a")).toBe(1);
});

/** The turnstile: exact under any number of parallel tries, and no obstacle to those that succeed. */
import { describe, expect, test } from "vitest";
import { type Admission, Turnstile } from "@/auth/limits/turnstile";

function leaveOf(admission: Admission): () => void {
  if (!("leave" in admission)) throw new Error("refused");
  return admission.leave;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a burst of parallel failures stops exactly at the limit, and all the others learn when to come again", async () => {
  const turnstile = new Turnstile();
  let failures = 0;
  const count = async () => {
    const left = 10 - failures;
    await turn();
    return { left, msUntilReset: 60_000 };
  };
  const outcomes = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      for (let wait = 0; wait < n % 7; wait += 1) await turn();
      const admission = await turnstile.enter("key", count);
      if (!("leave" in admission)) return admission.msUntilReset;
      for (let work = 0; work < n % 5; work += 1) await turn();
      failures += 1;
      admission.leave();
      return "tried";
    }),
  );
  expect(outcomes.filter((outcome) => outcome === "tried")).toHaveLength(10);
  expect(outcomes.filter((outcome) => outcome === 60_000)).toHaveLength(190);
});

test("parallel successes all get in, never more at once than could fail", async () => {
  const turnstile = new Turnstile();
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      const leave = leaveOf(await turnstile.enter("key", async () => ({ left: 10, msUntilReset: 0 })));
      inside += 1;
      most = Math.max(most, inside);
      await turn();
      inside -= 1;
      leave();
      leave();
    }),
  );
  expect(most).toBe(10);
});

test("a count that fails lets nobody in who waited for it, and the next ones try again", async () => {
  const turnstile = new Turnstile();
  const away = () => Promise.reject(new Error("away"));
  const outcomes = await Promise.allSettled([turnstile.enter("key", away), turnstile.enter("key", away)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  leaveOf(await turnstile.enter("key", async () => ({ left: 1, msUntilReset: 0 })));
});

test("keys do not wait for each other", async () => {
  const turnstile = new Turnstile();
  const one = async () => ({ left: 1, msUntilReset: 0 });
  leaveOf(await turnstile.enter("a", one));
  leaveOf(await turnstile.enter("b", one));
});

test("far from the limit one count serves a crowd", async () => {
  const turnstile = new Turnstile();
  let counts = 0;
  const count = async () => {
    counts += 1;
    await turn();
    return { left: 100, msUntilReset: 0 };
  };
  await Promise.all(Array.from({ length: 64 }, async () => leaveOf(await turnstile.enter("key", count))));
  expect(counts).toBe(1);
});

describe("a count", () => {
  /** Somebody stays inside, so that the line of the key lives on. */
  async function occupied(left: number) {
    let at = 0;
    let counts = 0;
    const turnstile = new Turnstile(() => at);
    const count = async () => {
      counts += 1;
      return { left, msUntilReset: 0 };
    };
    leaveOf(await turnstile.enter("key", count));
    const enter = async () => leaveOf(await turnstile.enter("key", count));
    return { enter, counts: () => counts, wait: (ms: number) => (at += ms) };
  }

  test("is good for those who come within a second, and then asked for anew", async () => {
    const { enter, counts, wait } = await occupied(100);
    wait(999);
    (await enter())();
    expect(counts()).toBe(1);
    wait(1);
    (await enter())();
    expect(counts()).toBe(2);
  });

  test("is good for no more than could fail: whoever has left since is taken for a failure", async () => {
    const { enter, counts } = await occupied(3);
    (await enter())();
    (await enter())();
    expect(counts()).toBe(1);
    (await enter())();
    expect(counts()).toBe(2);
  });
});

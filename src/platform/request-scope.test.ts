/** Each request sees its own facts, however many are under way. */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { afterAnswer, type RequestScope, requestScope, runInRequestScope } from "@/platform/request-scope";

function scopeOf(number: number): RequestScope {
  return {
    requestId: `request-${number}`,
    ip: `203.0.113.${number}`,
    userAgent: `browser ${number}`,
    nonce: `nonce-${number}`,
  };
}

/** Reads the scope again and again over every kind of asynchronous turn. */
async function wander(number: number): Promise<(RequestScope | undefined)[]> {
  const seen = [requestScope()];
  for (let turn = 0; turn < 20; turn += 1) {
    if (turn % 4 === 0) await sleep((number * 7 + turn) % 5);
    else if (turn % 4 === 1) await nextTurn();
    else if (turn % 4 === 2) await Promise.resolve();
    else await new Promise<void>((resolve) => process.nextTick(resolve));
    seen.push(requestScope());
  }
  seen.push(...(await Promise.all([sleep(1).then(requestScope), nextTurn().then(requestScope)])));
  return seen;
}

test("64 interleaved requests never see a fact of one another", async () => {
  const numbers = Array.from({ length: 64 }, (_, number) => number);
  const seen = await Promise.all(numbers.map((number) => runInRequestScope(scopeOf(number), () => wander(number))));
  for (const [number, scopes] of seen.entries()) {
    expect(scopes).toHaveLength(23);
    expect(new Set(scopes.map((scope) => scope?.requestId))).toEqual(new Set([`request-${number}`]));
    expect(new Set(scopes.map((scope) => scope?.ip))).toEqual(new Set([`203.0.113.${number}`]));
  }
});

test("outside any request there is no scope, also after one has ended", async () => {
  expect(requestScope()).toBeUndefined();
  await runInRequestScope(scopeOf(1), () => sleep(1));
  expect(requestScope()).toBeUndefined();
});

test("a scope inside a scope gives way to the outer one when it ends, also when it throws", () => {
  runInRequestScope(scopeOf(1), () => {
    expect(() =>
      runInRequestScope(scopeOf(2), () => {
        expect(requestScope()?.requestId).toBe("request-2");
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(requestScope()?.requestId).toBe("request-1");
  });
});

test("a second copy of the module, as Next's bundles have one, sees the same scope", async () => {
  vi.resetModules();
  const copy: typeof import("@/platform/request-scope") = await import("@/platform/request-scope");
  expect(copy.requestScope).not.toBe(requestScope);
  expect(runInRequestScope(scopeOf(7), () => copy.requestScope()?.requestId)).toBe("request-7");
});

test("what follows an answer begins at once where nobody is answered", () => {
  const work = vi.fn(async () => {});
  afterAnswer(work);
  expect(work).toHaveBeenCalledOnce();
});

/** The log of a tab's calls: how each ended and in which request, newest first, bounded, and kept when the page goes. */
import { createTRPCClient, TRPCClientError } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { beforeEach, expect, test, vi } from "vitest";
import type { Call } from "@/trpc/call-log.client";
import type { AppRouter } from "@/trpc/router.server";

const stored = new Map<string, string>();
beforeEach(() => {
  vi.resetModules();
  stored.clear();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
});

const calls = () => JSON.parse(stored.get("gatebook.calls") ?? "[]") as Call[];
const response = new Response(null, { headers: { "x-request-id": "request-0001" } });

async function clientThat(answer: "succeeds" | "takes a while" | "fails" | "hangs") {
  const { callLogLink } = await import("@/trpc/call-log.client");
  return createTRPCClient<AppRouter>({
    links: [
      callLogLink,
      () => () =>
        observable((observer) => {
          const succeed = () => {
            observer.next({ result: { data: null }, context: { response } });
            observer.complete();
          };
          if (answer === "succeeds") succeed();
          else if (answer === "takes a while") setImmediate(succeed);
          else if (answer === "fails") {
            const data = { code: "CONFLICT", httpStatus: 409, requestId: "request-0002" };
            observer.error(TRPCClientError.from({ error: { code: -1, message: "no", data } } as never));
          }
        }),
    ],
  });
}

test("a call is noted with its path, kind, duration, outcome and request, and with nothing that it carried", async () => {
  await (await clientThat("succeeds")).session.revoke.mutate({ sessionId: "01900000-0000-7000-8000-000000000000" });
  expect(calls()).toEqual([
    {
      id: 1,
      path: "session.revoke",
      kind: "mutation",
      at: expect.any(Number),
      ms: expect.any(Number),
      code: "OK",
      requestId: "request-0001",
    },
  ]);
});

test("a call that fails is noted with its code", async () => {
  await (await clientThat("fails")).session.list.query().catch(() => {});
  expect(calls()).toMatchObject([{ path: "session.list", kind: "query", code: "CONFLICT", requestId: "request-0002" }]);
});

test("the newest stands first, and a hundred are kept", async () => {
  const client = await clientThat("succeeds");
  for (let count = 0; count < 120; count += 1) await client.session.list.query();
  await client.session.current.query();
  expect(calls()).toHaveLength(100);
  expect(calls()[0]?.path).toBe("session.current");
  expect(new Set(calls().map(({ id }) => id)).size).toBe(100);
});

test("what was under way when the page went is shown as left by the next one", async () => {
  void (await clientThat("hangs")).session.list.query();
  expect(calls()).toMatchObject([{ code: "OPEN", ms: null, requestId: null }]);
  vi.resetModules();
  await (await clientThat("succeeds")).session.current.query();
  expect(calls()).toMatchObject([
    { id: 2, path: "session.current", code: "OK" },
    { id: 1, path: "session.list", code: "LEFT" },
  ]);
});

test("what was under way when the log was cleared does not end as a newer call", async () => {
  const { clearCalls } = await import("@/trpc/call-log.client");
  const asked = (await clientThat("takes a while")).session.list.query();
  clearCalls();
  void (await clientThat("hangs")).session.current.query();
  await asked;
  expect(calls()).toMatchObject([{ path: "session.current", code: "OPEN" }]);
});

test("a browser that keeps nothing is no reason to fail", async () => {
  vi.stubGlobal("sessionStorage", undefined);
  expect(await (await clientThat("succeeds")).session.current.query()).toBeNull();
});

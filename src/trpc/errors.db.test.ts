/** What an error tells a client: a code, the issues of its own input, the request id, and nothing of our insides. */
import { database } from "@db/connect.server";
import { TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { sql } from "kysely";
import superjson from "superjson";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { env } from "@/platform/env";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { publicProcedure, router } from "@/trpc/procedures.server";
import { appRouter } from "@/trpc/router.server";
import { testDatabase } from "@/workbench/test-database";

const report = vi.hoisted(() => vi.fn());
vi.mock("@/platform/report.server", () => ({ report }));

const postgres = testDatabase();
beforeAll(() => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  env();
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});
beforeEach(() => {
  report.mockClear();
});

const faulty = router({
  app: appRouter,
  query: publicProcedure.query(() => sql`select hunter2 from internal_table`.execute(database())),
  thrown: publicProcedure.query(() => {
    throw new Error("connect ECONNREFUSED 10.0.0.7:5432 with password=hunter2");
  }),
  text: publicProcedure.query(() => {
    throw "hunter2";
  }),
  unexpected: publicProcedure.query(() => {
    throw new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: "hunter2", cause: new Error("10.0.0.7") });
  }),
  missing: publicProcedure.query(() => {
    throw new TRPCError({ code: "NOT_FOUND", message: "There is no such person.", cause: new Error("hunter2") });
  }),
  typed: publicProcedure
    .input(z.strictObject({ age: z.number().int(), tags: z.array(z.string()).max(2) }))
    .query(() => "ok"),
});

/** An error as it goes over the wire, and the text of the whole answer. */
async function ask(path: string, init?: { input?: unknown; raw?: string; method?: string }) {
  const input = init?.raw ?? JSON.stringify(superjson.serialize(init?.input));
  const query = init?.input === undefined && init?.raw === undefined ? "" : `?input=${encodeURIComponent(input)}`;
  const scope = { requestId: "request-0001", ip: "203.0.113.7", userAgent: "browser", nonce: "n" };
  const response = await runInRequestScope(scope, () =>
    fetchRequestHandler({
      endpoint: "/api/trpc",
      req: new Request(`http://localhost:3000/api/trpc/${path}${query}`, {
        method: init?.method ?? "GET",
        headers: { "content-type": "application/json" },
      }),
      router: faulty,
      createContext: () => ({ session: null, db: database(), appendHeader: null }),
    }),
  );
  const text = await response.text();
  const body = JSON.parse(text) as { error?: { json: { message: string; data: Record<string, unknown> } } };
  return { status: response.status, text, message: body.error?.json.message, data: body.error?.json.data };
}

const INSIDES = /hunter2|10\.0\.0\.7|select |internal_table|relation|node_modules|\.ts:|at .*\(|stack/i;

describe("an unexpected error", () => {
  test.each(["query", "thrown", "text", "unexpected"])(
    "(%s) says that it is ours, and the request id, and nothing else",
    async (path) => {
      const { status, text, message, data } = await ask(path);
      expect(status).toBe(500);
      expect(message).toBe("Something went wrong on our side.");
      expect(data).toEqual({
        code: "INTERNAL_SERVER_ERROR",
        httpStatus: 500,
        reason: "internal_error",
        requestId: "request-0001",
        issues: null,
      });
      expect(text).not.toMatch(INSIDES);
    },
  );

  test("is reported once, with the procedure's name, as the error that it really was", async () => {
    await ask("thrown");
    expect(report).toHaveBeenCalledTimes(1);
    const [error, context] = report.mock.calls[0] ?? [];
    expect(error).toMatchObject({ message: expect.stringContaining("ECONNREFUSED") });
    expect(context).toEqual({ procedure: "thrown" });
  });
});

describe("an expected error", () => {
  test("keeps its own text, without its cause or stack, and is not reported", async () => {
    const { status, text, message, data } = await ask("missing");
    expect([status, message]).toEqual([404, "There is no such person."]);
    expect(data).toEqual({
      code: "NOT_FOUND",
      httpStatus: 404,
      reason: "not_found",
      requestId: "request-0001",
      issues: null,
    });
    expect(text).not.toMatch(INSIDES);
    expect(report).not.toHaveBeenCalled();
  });

  test("of a caller without a session has status 401 and says what to do", async () => {
    const { status, message, data } = await ask("app.signIns.list", { input: {} });
    expect([status, message, data?.code]).toEqual([401, "Sign in first.", "UNAUTHORIZED"]);
  });
});

describe("bad input", () => {
  test("is answered with what is wrong, field by field, and is not reported", async () => {
    const { status, message, data, text } = await ask("typed", { input: { age: "x", tags: ["a", 7], more: 1 } });
    expect([status, message, data?.code]).toEqual([400, "The input is not valid.", "BAD_REQUEST"]);
    expect(data?.issues).toMatchObject({
      errors: [expect.stringContaining("more")],
      properties: { age: { errors: [expect.any(String)] }, tags: { items: [null, { errors: [expect.any(String)] }] } },
    });
    expect(text).not.toMatch(/\.ts:|node_modules|"stack"/);
    expect(report).not.toHaveBeenCalled();
  });

  test.each([
    ["nothing", undefined],
    ["null", "null"],
    ["a list", "[]"],
    ["a text", '"x"'],
    ["an object that is not superjson", '{"age":1}'],
    ["a prototype", '{"json":{"__proto__":{"age":1}}}'],
  ])("that is %s is bad input too", async (_, raw) => {
    const { status, data, text } = await ask("typed", { raw });
    expect([status, data?.code]).toEqual([400, "BAD_REQUEST"]);
    expect(text).not.toMatch(/\.ts:|node_modules|"stack"/);
    expect(({} as Record<string, unknown>).age).toBeUndefined();
  });

  test.each(["{", "\u0000", "{]", "undefined", "%"])(
    "that is no JSON (%j) is the client's error, without our insides",
    async (raw) => {
      const { status, text } = await ask("typed", { raw });
      expect(status).toBe(400);
      expect(text).not.toMatch(/\.ts:|node_modules|"stack"/);
    },
  );
});

describe("a path that is no procedure", () => {
  test.each([
    "nobody",
    "app",
    "app.signIns",
    "app.signIns.list.x",
    "__proto__",
    "constructor",
    "app.__proto__",
    "%00",
    "a".repeat(2000),
  ])("(%s) is not found, and does not fail", async (path) => {
    const { status, data, text } = await ask(path);
    expect([status, data?.code]).toEqual([404, "NOT_FOUND"]);
    expect(text).not.toMatch(/\.ts:|node_modules|"stack"/);
  });

  test("is not made one by another method", async () => {
    const { status, text } = await ask("app.signIns.list", { method: "POST" });
    expect(status).toBe(405);
    expect(text).not.toMatch(/\.ts:|node_modules|"stack"/);
  });
});

/** A mutation and its row are one act: both are there, or neither; and what failed is in the book as well. */
import { database } from "@db/connect.server";
import { TRPCError } from "@trpc/server";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { onMisfit } from "@/audit/event";
import type { GatebookSession } from "@/auth/session-shape";
import { env } from "@/platform/env";
import { newId } from "@/platform/ids";
import { runInRequestScope } from "@/platform/request-scope";
import { runShutdown } from "@/platform/shutdown";
import { createCallerFactory, protectedProcedure, Refused, router } from "@/trpc/procedures.server";
import { testDatabase } from "@/workbench/test-database";

const report = vi.hoisted(() => vi.fn());
vi.mock("@/platform/report.server", () => ({ report }));

const postgres = testDatabase();
const after = vi.fn();
const runs = vi.fn();
let meet: () => Promise<void> = async () => {};

const input = z.strictObject({ name: z.string().max(20) });
const rename = protectedProcedure.meta({ audit: "userUpdated" }).input(input);
const serialized = protectedProcedure.meta({ audit: "userUpdated", isolation: "serializable" }).input(input);

async function change(ctx: { db: typeof postgres.db; session: GatebookSession }, name: string) {
  await ctx.db.updateTable("users").set({ name }).where("id", "=", ctx.session.user.id).execute();
}

const testRouter = router({
  rename: rename.mutation(async ({ ctx, input: { name } }) => {
    const id = ctx.session.user.id;
    const before = await ctx.db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    await change(ctx, name);
    ctx.audit.target({ type: "user", id });
    ctx.audit.changed(before, { ...before, name, password_hash: "another" });
    ctx.audit.afterCommit(after);
    return name;
  }),
  refuse: rename.mutation(async ({ ctx, input: { name } }) => {
    await change(ctx, name);
    ctx.audit.target({ type: "user", id: ctx.session.user.id });
    ctx.audit.afterCommit(after);
    throw new Refused("CONFLICT", "name_taken", "That name is taken.");
  }),
  forbid: rename.mutation(async ({ ctx, input: { name } }) => {
    await change(ctx, name);
    throw new TRPCError({ code: "FORBIDDEN", message: "Not yours." });
  }),
  fail: rename.mutation(async ({ ctx, input: { name } }) => {
    await change(ctx, name);
    ctx.audit.afterCommit(after);
    throw new Error("a secret of ours");
  }),
  caught: rename.mutation(async ({ ctx, input: { name } }) => {
    await change(ctx, name);
    await sql`select 1 / 0`.execute(ctx.db).catch(() => {});
  }),
  append: serialized.mutation(async ({ ctx, input: { name } }) => {
    runs();
    const id = ctx.session.user.id;
    const before = await ctx.db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    await meet();
    await change(ctx, `${before.name ?? ""}${name}`);
  }),
  several: protectedProcedure
    .meta({ audit: "sessionRevoked" })
    .input(z.array(z.uuid()))
    .mutation(async ({ ctx, input: ids }) => {
      ctx.audit.details({ by: "owner" });
      ctx.audit.each(ids.map((id) => ({ type: "session", id })));
    }),
  forgetful: protectedProcedure.meta({ audit: "sessionRevoked" }).mutation(() => {}),
});

let session: GatebookSession;
let requestId: string;
beforeAll(() => {
  vi.stubEnv("DATABASE_URL", postgres.url);
  vi.stubEnv("AUDIT_JOURNAL", "off");
  env();
});
beforeEach(async () => {
  for (const spy of [report, after, runs]) spy.mockReset();
  meet = async () => {};
  requestId = newId();
  const id = newId();
  const email = `${id}@example.com`;
  await postgres.db.insertInto("users").values({ id, email, name: "Alice", password_hash: "hash" }).execute();
  session = {
    sid: newId(),
    expires: "2999-01-01T00:00:00.000Z",
    user: { id, email, name: "Alice", instanceRole: null },
    memberships: [],
    authMethod: "password",
    provider: "credentials",
  };
});
afterEach(async () => {
  await sql`drop trigger if exists refuse on audit_events`.execute(postgres.db);
});
afterAll(async () => {
  expect(await runShutdown(10_000)).toEqual([]);
  await database().destroy();
});

const newCaller = createCallerFactory(testRouter);
const call = <T>(work: (caller: ReturnType<typeof newCaller>) => Promise<T>): Promise<T> =>
  runInRequestScope({ requestId, ip: "203.0.113.7", userAgent: "browser", nonce: "n" }, () =>
    work(newCaller({ session, db: database(), appendHeader: null })),
  );

const nameNow = async () =>
  (await postgres.db.selectFrom("users").select("name").where("id", "=", session.user.id).executeTakeFirstOrThrow())
    .name;
const rows = () => postgres.db.selectFrom("audit_events").selectAll().where("request_id", "=", requestId).execute();

/** Refuses what is written of a success, as a full disk or a broken partition would. */
const refuseSuccess = (deferred: boolean) =>
  sql`${sql.raw(`
    create or replace function refuse_success() returns trigger language plpgsql as $$
    begin
      if new.status = 'success' then raise exception 'no success today'; end if;
      return new;
    end $$;
    create ${deferred ? "constraint trigger refuse after insert on audit_events deferrable initially deferred" : "trigger refuse before insert on audit_events"}
    for each row execute function refuse_success()`)}`.execute(postgres.db);

describe("a mutation that succeeds", () => {
  test("commits its change and its row in one transaction, and then runs what waits for the commit", async () => {
    expect(await call((caller) => caller.rename({ name: "Bob" }))).toBe("Bob");
    expect(await rows()).toMatchObject([
      {
        action: "userUpdated",
        status: "success",
        actor_id: session.user.id,
        target_type: "user",
        target_id: session.user.id,
        session_id: session.sid,
        ip: "203.0.113.7",
        changes: { name: { from: "Alice", to: "Bob" } },
        details: {},
      },
    ]);
    const { rows: transactions } = await sql`
      select xmin from users where id = ${session.user.id} union select xmin from audit_events
       where request_id = ${requestId}`.execute(postgres.db);
    expect(transactions).toHaveLength(1);
    expect(after).toHaveBeenCalledTimes(1);
  });

  test("stays a success when what waited for the commit fails: that is reported, and nobody is told of a failure", async () => {
    after.mockImplementation(() => {
      throw new Error("the mail could not be handed over");
    });
    expect(await call((caller) => caller.rename({ name: "Bob" }))).toBe("Bob");
    expect(await rows()).toMatchObject([{ action: "userUpdated", status: "success" }]);
    expect(report.mock.calls).toEqual([
      [
        expect.objectContaining({ message: "the mail could not be handed over" }),
        { procedure: "rename" },
        session.user.id,
      ],
    ]);
  });

  test("shows only the fields that the catalogue allows", async () => {
    await call((caller) => caller.rename({ name: "Bob" }));
    expect(JSON.stringify(await rows())).not.toMatch(/hash|another/);
  });

  test("leaves a row for each thing it was done to, and none where there was nothing", async () => {
    const [a, b] = [newId(), newId()];
    await call((caller) => caller.several([a, b]));
    expect((await rows()).map(({ target_id }) => target_id).sort()).toEqual([a, b].sort());
    requestId = newId();
    await call((caller) => caller.several([]));
    expect(await rows()).toEqual([]);
  });

  test("but did not say what its action demands, is loud about it and keeps its row", async () => {
    const misfit = vi.fn();
    onMisfit(misfit);
    await call((caller) => caller.forgetful());
    expect(misfit).toHaveBeenCalledWith("sessionRevoked", ["by"]);
    expect(await rows()).toMatchObject([{ action: "sessionRevoked", details: { rejectedDetails: ["by"] } }]);
    onMisfit(() => {});
  });
});

describe("a mutation that fails", () => {
  test.each<[string, (caller: ReturnType<typeof newCaller>) => Promise<unknown>, string, string, string]>([
    ["with a refusal of its own", (caller) => caller.refuse({ name: "Bob" }), "CONFLICT", "userUpdated", "name_taken"],
    ["because it is not allowed", (caller) => caller.forbid({ name: "Bob" }), "FORBIDDEN", "accessDenied", "forbidden"],
    [
      "unexpectedly",
      (caller) => caller.fail({ name: "Bob" }),
      "INTERNAL_SERVER_ERROR",
      "userUpdated",
      "internal_error",
    ],
    [
      "in a statement whose error it swallowed",
      (caller) => caller.caught({ name: "Bob" }),
      "INTERNAL_SERVER_ERROR",
      "userUpdated",
      "internal_error",
    ],
    [
      "because its input is not valid",
      (caller) => caller.rename({ name: "far too long a name for this" }),
      "BAD_REQUEST",
      "userUpdated",
      "invalid_input",
    ],
  ])("%s changes nothing and is in the book", async (_, work, code, action, reason) => {
    await expect(call(work)).rejects.toMatchObject({ code });
    expect(await nameNow()).toBe("Alice");
    expect(await rows()).toMatchObject([
      { action, status: "failure", failure_reason: reason, actor_id: session.user.id, changes: null },
    ]);
    expect(after).not.toHaveBeenCalled();
    expect(report).toHaveBeenCalledTimes(code === "INTERNAL_SERVER_ERROR" ? 1 : 0);
  });

  test("unexpectedly is reported with the procedure and the user's id, nothing else", async () => {
    await expect(call((caller) => caller.fail({ name: "Bob" }))).rejects.toThrow();
    expect(report.mock.calls).toEqual([
      [expect.objectContaining({ message: "a secret of ours" }), { procedure: "fail" }, session.user.id],
    ]);
  });

  test.each([
    ["when it is written", false],
    ["when it is committed", true],
  ])("because its row fails %s is rolled back, and its failure is in the book", async (_, deferred) => {
    await refuseSuccess(deferred);
    await expect(call((caller) => caller.rename({ name: "Bob" }))).rejects.toMatchObject({
      code: "INTERNAL_SERVER_ERROR",
    });
    expect(await nameNow()).toBe("Alice");
    expect(await rows()).toMatchObject([
      { action: "userUpdated", status: "failure", failure_reason: "internal_error", target_id: session.user.id },
    ]);
    expect(after).not.toHaveBeenCalled();
  });
});

describe("a mutation that loses against a concurrent one", () => {
  test("runs again as a whole, and each is written once", async () => {
    let waiting = 0;
    let open: () => void = () => {};
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    // The first two runs have both read before either writes: one of them must lose.
    meet = async () => {
      waiting += 1;
      if (waiting >= 2) open();
      await both;
    };
    await Promise.all(["x", "y"].map((name) => call((caller) => caller.append({ name }))));
    expect(["Alicexy", "Aliceyx"]).toContain(await nameNow());
    expect(runs.mock.calls.length).toBeGreaterThan(2);
    expect((await rows()).map(({ action, status }) => [action, status])).toEqual([
      ["userUpdated", "success"],
      ["userUpdated", "success"],
    ]);
    expect(report).not.toHaveBeenCalled();
  });
});

describe("what does not compile", () => {
  test("is a mutation without an audit action, and one with another action's details", () => {
    // @ts-expect-error a procedure without an audit action cannot be a mutation
    expect(protectedProcedure.mutation).toBeUndefined();
    // @ts-expect-error not even after its input
    expect(protectedProcedure.input(input).mutation).toBeTypeOf("function");
    // @ts-expect-error an action that changes something is not noted by a query
    expect(rename.query).toBeTypeOf("function");
    // @ts-expect-error the catalogue has no such action
    expect(() => protectedProcedure.meta({ audit: "somethingHappened" })).not.toThrow();
    // @ts-expect-error reading is no action of a mutation
    expect(protectedProcedure.meta({ audit: "auditQueried" }).mutation).toBeTypeOf("function");
    // @ts-expect-error the details are those of the action
    rename.mutation(({ ctx }) => ctx.audit.details({ by: "owner" }));
  });
});

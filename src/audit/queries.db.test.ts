/** Who looked into other people's history stands in the book: once for each question and session, in every process. */
import { afterEach, describe, expect, test } from "vitest";
import { noteQuery, questionOf } from "@/audit/queries.server";
import { newId } from "@/platform/ids";
import { processWide } from "@/platform/process-wide";
import { testDatabase } from "@/workbench/test-database";

const postgres = testDatabase();
const auditor = newId();

const note = (sessionId: string, procedure: string, input: unknown) =>
  noteQuery(postgres.db, { actor: { type: "user", id: auditor }, sessionId, organizationId: null }, procedure, input);
const noted = async (sessionId: string) =>
  (
    await postgres.db.selectFrom("audit_events").selectAll().where("session_id", "=", sessionId).orderBy("id").execute()
  ).map(({ details }) => details);

/** Makes this process forget what it has noted, as another process never knew. */
const forget = () => processWide("noted queries", () => new Set<string>()).clear();
afterEach(forget);

describe("a question", () => {
  test("is in the book with its procedure and its filter, whatever the page", async () => {
    const session = newId();
    const filter = { email: "alice@example.com", status: "failure" };
    await note(session, "signIns.list", { filter, limit: 50 });
    await note(session, "signIns.list", { filter, limit: 200, cursor: "abc", direction: "forward" });
    await note(session, "signIns.list", { filter: { status: "failure", email: "alice@example.com" } });
    expect(await noted(session)).toEqual([
      {
        procedure: "signIns.list",
        filter: '{"filter":{"email":"alice@example.com","status":"failure"}}',
      },
    ]);
  });

  test("of another filter, another procedure or another session is another one", async () => {
    const [one, other] = [newId(), newId()];
    await note(one, "signIns.list", {});
    await note(one, "signIns.list", { filter: { ip: "203.0.113.7" } });
    await note(one, "audit.list", {});
    await note(other, "signIns.list", {});
    expect((await noted(one)).length).toBe(3);
    expect((await noted(other)).length).toBe(1);
  });

  test("that another process has noted, or this one before it was restarted, is not noted again", async () => {
    const session = newId();
    await note(session, "signIns.list", {});
    forget();
    await note(session, "signIns.list", {});
    expect((await noted(session)).length).toBe(1);
  });

  test("that many ask at once is noted once", async () => {
    const session = newId();
    await Promise.all(Array.from({ length: 20 }, () => note(session, "signIns.list", {})));
    expect((await noted(session)).length).toBe(1);
  });

  test("that cannot be written fails: nobody reads unseen", async () => {
    await postgres.db.schema.alterTable("audit_queries").renameTo("audit_queries_away").execute();
    try {
      await expect(note(newId(), "signIns.list", {})).rejects.toThrow();
    } finally {
      await postgres.db.schema.alterTable("audit_queries_away").renameTo("audit_queries").execute();
    }
  });
});

test.each<[unknown, string]>([
  [undefined, "{}"],
  [null, "{}"],
  ["text", "{}"],
  [{ cursor: "x" }, "{}"],
  [{ b: 1, a: { d: [2, 1], c: undefined } }, '{"a":{"d":[2,1]},"b":1}'],
  [{ from: new Date("2026-03-04T05:06:07Z") }, '{"from":"2026-03-04T05:06:07.000Z"}'],
])("the question in %j is %s", (input, question) => {
  expect(questionOf(input)).toBe(question);
});

import { sql } from "kysely";
import { expect, it } from "vitest";
import type { EventRow } from "@/audit/event";
import { insertEvents } from "@/audit/events.store.server";
import { sampleRow } from "@/audit/queue/sample-row";
import { newId } from "@/platform/ids";
import { testDatabase } from "@/workbench/test-database";

const database = testDatabase();

async function stored(id: string): Promise<Record<string, unknown>> {
  const { rows } = await sql<{ row: Record<string, unknown> }>`
    select to_jsonb(audit_events) - '{recorded_at,recorded_in}'::text[] as row from audit_events where id = ${id}`.execute(
    database.db,
  );
  return rows[0]?.row ?? {};
}

it("writes every column as given, any Unicode included", async () => {
  const full: EventRow = {
    ...sampleRow({ status: "success", failure_reason: null, actor_type: "user", actor_id: newId() }),
    target_type: "account",
    second_factor: "totp",
    provider: "sso-\u{1F512}\\\"'{},\t\n",
    claimed_email: "häßlich\u202e@example.test",
    ip: "2001:db8::1",
    user_agent: '\\N {"a":[1]} \u0001\uFFFD',
    changes: { name: { from: null, to: "\\u0041" }, flags: { from: [1.5, true], to: {} } },
    details: { nested: { text: "\u2028" } },
  };
  const sparse = sampleRow({ actor_type: "anonymous", actor_id: null, ip: null, changes: "text", details: ["list"] });
  // A lone row goes another way than a group: both must store the same.
  const [lone, loneSparse] = [full, sparse].map((row) => ({ ...row, id: newId() }));
  if (!lone || !loneSparse) throw new Error("two rows");
  await insertEvents(database.db, [full, sparse]);
  await insertEvents(database.db, [lone]);
  await insertEvents(database.db, [loneSparse]);
  for (const row of [full, sparse, lone, loneSparse]) {
    const { occurred_at: time, ...rest } = await stored(row.id);
    const { occurred_at: expected, ...others } = row;
    expect(rest).toEqual(others);
    expect(new Date(String(time)).toISOString()).toBe(expected);
  }
});

it("leaves a row alone that is there already, whatever the second one says", async () => {
  const row = sampleRow();
  await insertEvents(database.db, [row]);
  await insertEvents(database.db, [{ ...row, user_agent: "forged" }, sampleRow()]);
  await insertEvents(database.db, [{ ...row, user_agent: "forged" }]);
  await insertEvents(database.db, []);
  expect(await stored(row.id)).toMatchObject({ user_agent: row.user_agent });
});

it("is part of the transaction that it is given", async () => {
  const row = sampleRow();
  await expect(
    database.db.transaction().execute(async (tx) => {
      await insertEvents(tx, [row]);
      throw new Error("rolled back");
    }),
  ).rejects.toThrow("rolled back");
  expect(await stored(row.id)).toEqual({});
});

/** The one statement that writes events: inside a transaction with what happened, or alone for a group of rows. */
import "server-only";
import type { Database } from "@db/connect.server";
import { CompiledQuery, type RawBuilder, sql } from "kysely";
import type { EventRow } from "@/audit/event";

// A record, so that the compiler sees that every column of a row is named.
const COLUMNS: Record<keyof EventRow, "text" | "json"> = {
  id: "text",
  occurred_at: "text",
  action: "text",
  status: "text",
  failure_reason: "text",
  actor_type: "text",
  actor_id: "text",
  target_type: "text",
  target_id: "text",
  organization_id: "text",
  auth_method: "text",
  second_factor: "text",
  provider: "text",
  request_id: "text",
  session_id: "text",
  claimed_email: "text",
  ip: "text",
  user_agent: "text",
  changes: "json",
  details: "json",
};
const columns = Object.entries(COLUMNS) as [keyof EventRow, "text" | "json"][];
const names = Object.keys(COLUMNS).join(", ");

const INSERT_MANY = `
  insert into audit_events (${names})
  select ${names} from json_populate_recordset(null::audit_events, $1::json)`;

/** PostgreSQL writes a lone row a tenth faster from plain parameters. */
const INSERT_ONE = `
  insert into audit_events (${names})
  values (${columns.map((_, index) => `$${index + 1}`).join(", ")})`;

/** Costs a fifth of the rate at full load, so it is said only where it may be needed. */
const UNLESS_THERE = `
  on conflict do nothing`;

function parameters(row: Partial<EventRow>): (string | null)[] {
  return columns.map(([name, type]) => {
    const value = row[name] ?? null;
    return type === "text" || value === null ? (value as string | null) : JSON.stringify(value);
  });
}

/** A statement with a name under which a connection may keep it prepared. */
export type NamedStatement = { name: string; text: string; values: (string | null)[] };

function insertOne(row: Partial<EventRow>, { mayBeThere }: { mayBeThere: boolean }): NamedStatement {
  const [suffix, clause] = mayBeThere ? ["-again", UNLESS_THERE] : ["", ""];
  return { name: `audit-event${suffix}`, text: INSERT_ONE + clause, values: parameters(row) };
}

/**
 * Inserts rows, each given as JSON, in their order. A row whose id and time are there already is left alone when it
 * `mayBeThere`; otherwise it fails the statement (SQLSTATE 23505), which writes nothing.
 */
export function insertStatement(rows: readonly string[], { mayBeThere }: { mayBeThere: boolean }): NamedStatement {
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) return insertOne(JSON.parse(only) as Partial<EventRow>, { mayBeThere });
  const [suffix, clause] = mayBeThere ? ["-again", UNLESS_THERE] : ["", ""];
  return { name: `audit-events${suffix}`, text: INSERT_MANY + clause, values: [`[${rows.join(",")}]`] };
}

/** Inserts the rows in one statement, in their order. A row whose id and time are there already is left alone. */
export async function insertEvents(db: Database, rows: readonly EventRow[]): Promise<void> {
  const [only] = rows;
  if (only === undefined) return;
  const { name, text, values } =
    rows.length === 1
      ? insertOne(only, { mayBeThere: true })
      : insertStatement(
          rows.map((row) => JSON.stringify(row)),
          { mayBeThere: true },
        );
  await db.executeQuery(CompiledQuery.raw(`/* prepared ${name} */${text}`, values));
}

/** The statement that inserts the rows, to stand inside another one that says at its end on what it depends (`where exists ...`). */
export function insertEventsIf(rows: readonly EventRow[], condition: RawBuilder<unknown>): RawBuilder<unknown> {
  const list = sql.raw(names);
  return sql`insert into audit_events (${list})
    select ${list} from json_populate_recordset(null::audit_events, ${JSON.stringify(rows)}::json)
     where ${condition} on conflict do nothing`;
}

/** The one statement that writes events: inside a transaction with what happened, or alone for a group of rows. */
import "server-only";
import type { Database } from "@db/connect.server";
import { CompiledQuery } from "kysely";
import type { EventRow } from "@/audit/event";

type SqlType = "uuid" | "timestamptz" | "text" | "inet" | "jsonb";

// A record, so that the compiler sees that every column of a row is named.
const COLUMNS: Record<keyof EventRow, SqlType> = {
  id: "uuid",
  occurred_at: "timestamptz",
  action: "text",
  status: "text",
  failure_reason: "text",
  actor_type: "text",
  actor_id: "uuid",
  target_type: "text",
  target_id: "uuid",
  organization_id: "uuid",
  auth_method: "text",
  second_factor: "text",
  provider: "text",
  request_id: "text",
  session_id: "uuid",
  claimed_email: "text",
  ip: "inet",
  user_agent: "text",
  changes: "jsonb",
  details: "jsonb",
};
const columns = Object.entries(COLUMNS) as [keyof EventRow, SqlType][];
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
    return type === "jsonb" && value !== null ? JSON.stringify(value) : (value as string | null);
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

/**
 * The text that inserts so many rows, to stand inside another statement that says on what it depends (`exists (...)`).
 * Its values are the {@link eventParameters} of the rows, from the parameter of that number on: of a row or two, plain
 * parameters cost PostgreSQL a third less than JSON.
 */
export function insertEventsIf(condition: string, { rows, from }: { rows: number; from: number }): string {
  if (rows === 0) return "select";
  const row = (_: unknown, index: number) =>
    `(${columns.map(([, type], column) => `$${from + index * columns.length + column}::${type}`).join(", ")})`;
  return `
    insert into audit_events (${names})
    select * from (values ${Array.from({ length: rows }, row).join(", ")}) given
     where ${condition} on conflict do nothing`;
}

/** The values of the rows, for {@link insertEventsIf}. */
export function eventParameters(rows: readonly EventRow[]): (string | null)[] {
  return rows.flatMap(parameters);
}

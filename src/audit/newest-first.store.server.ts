/**
 * The one shape of every question about the history: rows that meet conditions, newest first, after a place, so many. Each
 * reads along one index and stops; a condition of several values reads along the index once for each of them.
 */
import "server-only";
import type { Database } from "@db/connect.server";
import { CompiledQuery, type RawBuilder, type SqlBool, sql } from "kysely";
import type { Cursor } from "@/audit/history";

export type Condition = RawBuilder<SqlBool>;

/** How the rows are reached: several reads in the order of time, merged. */
export type Branches =
  | { column: string; type: "uuid" | "text"; values: readonly string[] }
  /** Rows that carry one of these labels, which are looked for no further back than `from`. */
  | { labels: readonly string[]; from: Date | null }
  /** Of which no row meets two. */
  | { either: readonly Condition[] };

export type NewestFirst = {
  /** What is selected of `event`; must hold `occurred_at` and `id`. */
  columns: RawBuilder<unknown>;
  conditions: readonly Condition[];
  branches: Branches | null;
  cursor: Cursor | null;
  limit: number;
};

const ORDER = sql`order by occurred_at desc, id desc`;

function all(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`${sql.join([...conditions], sql` and `)}`;
}

/** A plain bound beside the comparison of places, which alone does not exclude the newer partitions. */
function before({ occurredAt }: Cursor): Condition[] {
  return [sql<SqlBool>`event.occurred_at <= ${occurredAt}::timestamptz`];
}

function after(cursor: Cursor): Condition[] {
  const { occurredAt, id } = cursor;
  return [...before(cursor), sql<SqlBool>`(event.occurred_at, event.id) < (${occurredAt}::timestamptz, ${id}::uuid)`];
}

/** The statement, to stand as a whole or, in brackets, inside another. */
export function newestFirst({ columns, conditions, branches, cursor, limit }: NewestFirst): RawBuilder<unknown> {
  const rest = [...conditions, ...(cursor ? after(cursor) : [])];
  const read = (condition: Condition[]) => sql`
    select ${columns} from audit_events event
     where ${all([...condition, ...rest])} ${ORDER} limit ${limit}::integer`;
  if (branches === null) return read([]);
  if ("either" in branches) {
    const reads = branches.either.map((condition) => sql`(${read([condition])})`);
    return sql`select * from (${sql.join(reads, sql` union all `)}) branch ${ORDER} limit ${limit}::integer`;
  }
  if ("labels" in branches) {
    // A row with two of the labels comes twice, and each label's own first rows are enough for the first rows of all.
    return sql`
      select distinct on (occurred_at, id) page.* from unnest(${[...branches.labels]}::text[]) branch (value)
       cross join lateral (
         select ${columns} from sign_in_signals label
           join audit_events event on event.occurred_at = label.occurred_at and event.id = label.event_id
          where label.signal = branch.value and ${all(rest)}
            ${cursor ? sql`and label.occurred_at <= ${cursor.occurredAt}::timestamptz` : sql``}
            ${branches.from ? sql`and label.occurred_at >= ${branches.from}` : sql``}
          order by label.occurred_at desc, label.event_id desc limit ${limit}::integer) page
       ${ORDER} limit ${limit}::integer`;
  }
  const { column, type, values } = branches;
  const ordered = sql`event.${sql.ref(column)}`;
  // Said as a range in an order that only the column's own index has: asked for "= value", the planner takes a value for as
  // frequent as the others, and would look for one that is not there through all of the history.
  const upTo = cursor
    ? sql<SqlBool>`(${ordered}, event.occurred_at, event.id)
                   < (branch.value, ${cursor.occurredAt}::timestamptz, ${cursor.id}::uuid)`
    : sql<SqlBool>`${ordered} <= branch.value`;
  return sql`
    select page.* from unnest(${[...values]}::${sql.raw(type)}[]) branch (value)
     cross join lateral (
       select ${columns} from audit_events event
        where ${all([...conditions, sql<SqlBool>`${ordered} >= branch.value`, upTo, ...(cursor ? before(cursor) : [])])}
        order by ${ordered} desc, event.occurred_at desc, event.id desc limit ${limit}::integer) page
     ${ORDER} limit ${limit}::integer`;
}

/**
 * Runs a statement, kept prepared by its connection where `name` is given: planning over all months costs more than reading
 * a page. Only for texts that are always the same under that name.
 */
export async function runNamed<Row>(db: Database, name: string | null, statement: RawBuilder<Row>): Promise<Row[]> {
  const { sql: text, parameters } = statement.compile(db);
  const named = name === null ? text : `/* prepared ${name} */ ${text}`;
  const { rows } = await db.executeQuery(CompiledQuery.raw(named, [...parameters]) as CompiledQuery<Row>);
  return rows;
}

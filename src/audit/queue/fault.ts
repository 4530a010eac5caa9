/** Whose fault a failed write is: decides whether the rows go round the database, or one of them out of the group. Pure. */

/**
 * SQLSTATE classes that speak of the values: 21 cardinality, 22 data exception, 23 constraint, 44 check option,
 * 54 too large for an index or a statement, P0 raised by a trigger.
 */
const OF_THE_ROW = new Set(["21", "22", "23", "44", "54", "P0"]);

/** PostgreSQL's code in an error, or null; every one holds a digit, which tells it from EPIPE and the like. */
export function sqlStateOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : null;
}

/**
 * `row`: PostgreSQL looked at the rows and refused one of them; it will again. `database`: anything else (away,
 * starting, read-only, full, locked, not migrated, not permitted): the rows are good and will be taken later.
 */
export function faultOf(error: unknown): "row" | "database" {
  const state = sqlStateOf(error);
  return state !== null && OF_THE_ROW.has(state.slice(0, 2)) ? "row" : "database";
}

/** The one connection pool of a process, and the types that stores take as their first argument. */
import "server-only";
import type { Socket } from "node:net";
import { Kysely, type Transaction } from "kysely";
import pg from "pg";
import { env } from "@/platform/env";
import { log } from "@/platform/log";
import { processWide } from "@/platform/process-wide";
import { copyOut } from "./copy.server";
import { PipeliningDialect } from "./pipelining.server";
import type { DB } from "./schema";

/** What a store's functions take first: the pool or a transaction, so that one function serves in both. */
export type Database = Kysely<DB>;
export type Tx = Transaction<DB>;

/** Opens a pool. Waits at most 3 s for a connection and 5 s for a statement; both fail loudly. */
export function connect(connectionString: string, max: number): Database {
  return overPool(openPool(connectionString, max));
}

/** Opens a pool that waits up to 30 s for a connection and for a statement as long as it needs: for commands that read or mend whole tables. */
export function connectPatiently(connectionString: string, max: number): Database {
  return overPool(openPool(connectionString, max, PATIENT));
}

function overPool(pool: pg.Pool): Database {
  return new Kysely<DB>({ dialect: new PipeliningDialect({ pool }) });
}

/** The last fires when the server does not answer at all, so it must be longer than the one before it. */
const IMPATIENT = { connectionTimeoutMillis: 3000, statement_timeout: 5000, query_timeout: 6000 };
const PATIENT = { connectionTimeoutMillis: 30_000, statement_timeout: 0, query_timeout: 0 };

function openPool(connectionString: string, max: number, patience = IMPATIENT): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    idleTimeoutMillis: 30_000,
    ...patience,
    keepAlive: true,
    pipeline: true,
    application_name: "gatebook",
  });
  pool.on("error", (error) => log().warn({ err: error }, "an idle database connection was lost"));
  pool.on("connect", prepareQueries);
  // A connection that is lost between two statements of its borrower says so here; the next statement reports it.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

const COPIED = /^\s*copy \(/;
const PREPARED = /^\s*\/\* prepared ([a-z-]{1,40}) \*\//;

/**
 * A statement that begins with the comment `prepared NAME` is planned once per connection and kept: planning is most of
 * what a short statement over partitions costs. For texts that are always the same, under a name that only they have.
 * One that begins with `copy (` is answered with the lines that PostgreSQL writes.
 */
function prepareQueries(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...parameters: unknown[]) => unknown;
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  const named = (text: unknown, values: unknown, ...rest: unknown[]): unknown => {
    // What is asked in one turn leaves in one packet, and wakes the server once.
    if (stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => stream.uncork());
    }
    if (typeof text === "string" && Array.isArray(values) && COPIED.test(text)) return copyOut(query, text, values);
    const name = typeof text === "string" && Array.isArray(values) ? PREPARED.exec(text)?.[1] : undefined;
    return name === undefined ? query(text, values, ...rest) : query({ name, text, values }, ...rest);
  };
  Object.assign(client, { query: named });
}

function opened(): { pool: pg.Pool; db: Database } {
  return processWide("database", () => {
    const pool = openPool(env().DATABASE_URL, env().DATABASE_POOL);
    return { pool, db: overPool(pool) };
  });
}

/** The process's database. */
export function database(): Database {
  return opened().db;
}

/** The pool under {@link database}, for libraries that bring their own statements. */
export function connectionPool(): pg.Pool {
  return opened().pool;
}

const CONNECTION_LOST = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  // Class 08 is "connection exception"; 57P01 to 57P03 a server that stops or starts; 53300 too many connections.
  "57P01",
  "57P02",
  "57P03",
  "53300",
  // A standby, or a primary that became one.
  "25006",
]);

/**
 * Whether an error says that the database cannot serve (away, starting, failing over, read-only), as opposed to
 * refusing this statement.
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string" && (CONNECTION_LOST.has(code) || code.startsWith("08"))) return true;
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  return /timeout exceeded when trying to connect|Connection terminated|Query read timeout|connection timeout|not queryable/i.test(
    error.message,
  );
}

/** Whether a transaction lost against a concurrent one (serialization failure or deadlock) and may be run again. */
export function isSerializationFailure(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return code === "40001" || code === "40P01";
}

/** Whether a statement took longer than it may, as when others hold the row that it waits for. */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === "57014";
}

/** The name of the unique constraint that a statement would have broken, or null for another error. */
export function violatedConstraint(error: unknown): string | null {
  const { code, constraint } = error instanceof Error ? (error as { code?: unknown; constraint?: unknown }) : {};
  return code === "23505" && typeof constraint === "string" ? constraint : null;
}

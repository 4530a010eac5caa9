/**
 * COPY TO: the cheapest way out of PostgreSQL for many rows, each a line of its text format. Whoever reads the rows one by
 * one has the driver take every value apart and the server describe it; a line is one message and one string.
 */
import "server-only";
import { type RawBuilder, sql } from "kysely";
import pg from "pg";
import type { Database } from "./connect.server";

type Finished = (error: Error | null | undefined, result?: { rows: string[] }) => void;

/** A query of the driver's own kind: no other is let into a pipelined connection. */
class CopyOut extends pg.Query {
  private readonly lines: string[] = [];
  declare callback: Finished;

  constructor(text: string, finished: Finished) {
    super(text);
    // The driver puts its own around it, to give up after a time.
    this.callback = (error) => finished(error, { rows: this.lines });
  }

  /** The chunk is one line; its memory is the driver's, and used again after this. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.lines.push(chunk.toString("utf8", 0, chunk.length - 1));
  }
}

/** A value as PostgreSQL reads it in the text of a statement. Throws for kinds that no statement of ours is given. */
export function literal(value: unknown): string {
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (value instanceof Date) return literal(value.toISOString());
  if (Array.isArray(value)) return `array[${value.map(literal).join(", ")}]`;
  // NUL would end the statement where it stands.
  if (typeof value === "string" && !value.includes("\0")) return pg.escapeLiteral(value);
  throw new TypeError("A value cannot be written into a COPY.");
}

/**
 * Sends `copy (SELECT) to stdout` and answers its lines as rows. COPY takes no parameters: they are written out in its text.
 * @param send puts a query into a connection
 */
export function copyOut(
  send: (query: pg.Query) => unknown,
  text: string,
  parameters: readonly unknown[],
): Promise<{ rows: string[] }> {
  const whole = text.replace(/\$(\d+)/g, (_, place: string) => literal(parameters[Number(place) - 1]));
  return new Promise((resolve, reject) => {
    send(new CopyOut(whole, (error, result) => (result && !error ? resolve(result) : reject(error))));
  });
}

/** The rows of a select, each a line that {@link fieldsOf} takes apart. */
export async function copyLines(db: Database, select: RawBuilder<unknown>): Promise<string[]> {
  const { rows } = await sql<string>`copy (${select}) to stdout`.execute(db);
  return rows;
}

const MARKS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** What a field with backslashes in it stands for. */
function textOf(field: string): string | null {
  if (field === "\\N") return null;
  return field.replace(/\\(.)/g, (_, mark: string) => MARKS[mark] ?? mark);
}

/** The fields of a line of COPY's text format. */
export function fieldsOf(line: string): (string | null)[] {
  const fields: (string | null)[] = line.split("\t");
  for (let place = 0; place < fields.length; place += 1) {
    const field = fields[place];
    if (field?.includes("\\")) fields[place] = textOf(field);
  }
  return fields;
}

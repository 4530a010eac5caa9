/** COPY with nothing around it: the fastest way into a table that PostgreSQL has, as a baseline. */
import type { Client, Connection, Submittable } from "pg";
import type { EventRow } from "@/audit/event";

/** The driver's connection has these; its types do not. */
type CopyConnection = Connection & { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void };

/** A statement in the form in which the driver takes foreign ones. */
class CopyIn implements Submittable {
  callback: (error: Error | null) => void = () => {};
  private error: Error | null = null;

  constructor(
    private readonly text: string,
    private readonly data: Buffer,
  ) {}

  submit(wire: Connection): void {
    wire.query(this.text);
  }

  handleCopyInResponse(wire: CopyConnection): void {
    wire.sendCopyFromChunk(this.data);
    wire.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.error = error;
    this.callback(error);
  }

  handleReadyForQuery(): void {
    if (!this.error) this.callback(null);
  }
}

function field(value: EventRow[keyof EventRow]): string {
  if (value === null) return "\\N";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replace(/[\\\t\n\r]/g, (mark) => `\\${{ "\\": "\\", "\t": "t", "\n": "n", "\r": "r" }[mark] ?? mark}`);
}

/** The rows as COPY's text format, and the names of their columns. */
export function copyText(rows: readonly EventRow[]): { columns: string; data: Buffer } {
  const columns = Object.keys(rows[0] ?? {}) as (keyof EventRow)[];
  const lines = rows.map((row) => `${columns.map((column) => field(row[column])).join("\t")}\n`);
  return { columns: columns.join(", "), data: Buffer.from(lines.join("")) };
}

/** Commits the prepared rows with one COPY. */
export function copyEvents(client: Client, { columns, data }: ReturnType<typeof copyText>): Promise<void> {
  return new Promise((resolve, reject) => {
    const statement = new CopyIn(`copy audit_events (${columns}) from stdin`, data);
    statement.callback = (error) => (error ? reject(error) : resolve());
    client.query(statement);
  });
}

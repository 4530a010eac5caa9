/**
 * Rows that PostgreSQL refuses for what they hold: kept in a file beside the journal, one JSON object a line, for an
 * operator to look at. Never read by the application.
 */
import { type Disk, writeFully } from "@/audit/journal/disk";
import type { Owner } from "@/audit/journal/owner";

/** A row that was refused: its JSON, and PostgreSQL's five-character code. */
export type Refused = { row: string; sqlState: string };

export class Quarantine {
  private end: number | null = null;
  readonly name: string;

  constructor(
    private readonly disk: Disk,
    private readonly directory: string,
    owner: Owner,
  ) {
    this.name = `quarantine-${owner.pid}-${owner.started}-${owner.word}.ndjson`;
  }

  /** Resolves when the rows are synced. Rejects with the system's error. */
  async keep(refused: readonly Refused[], at: Date): Promise<void> {
    const lines = refused.map(
      ({ row, sqlState }) =>
        `{"refusedAt":${JSON.stringify(at)},"sqlState":${JSON.stringify(sqlState)},"row":${row}}\n`,
    );
    const bytes = Buffer.from(lines.join(""));
    const path = `${this.directory}/${this.name}`;
    await this.disk.makeDirectory(this.directory);
    const start = this.end ?? (await this.disk.size(path)) ?? 0;
    const file = await this.disk.open(path, "any");
    try {
      // What a failed call may have left.
      await file.truncate(start);
      await writeFully(file, bytes, start);
      await file.sync();
      await this.disk.syncDirectory(this.directory);
      this.end = start + bytes.length;
    } finally {
      await file.close();
    }
  }
}

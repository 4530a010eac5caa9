/**
 * One export of sign-ins: page after page, so that its memory is that of two pages however long it gets. What it has given
 * out is counted and hashed, and stands in the book when it is over, whole or not.
 */
import "server-only";
import { createHash } from "node:crypto";
import { setImmediate as others } from "node:timers/promises";
import type { Database } from "@db/connect.server";
import type { Actor } from "@/audit/catalogue";
import { cursorAfter, exportedSignIn, readExportedPage } from "@/audit/export/exported.store.server";
import { writings } from "@/audit/export/formats";
import { fillPiece } from "@/audit/export/piece";
import type { ExportRequest } from "@/audit/export/request";
import { decodeCursor, type ReaderScope } from "@/audit/history";
import { questionOf } from "@/audit/queries.server";
import { recordDurably } from "@/audit/record.server";
import { newId } from "@/platform/ids";

/** So many that planning a page is little of what it costs, so few that a sparse filter finds them in time. */
export const PAGE_ROWS = 5000;

export type Exporter = { actor: Actor; sessionId: string | null; organizationId: string | null };

export class SignInExport {
  /** Of the event that says what was exported. */
  readonly id = newId();
  rows = 0;
  bytes = 0;
  /** Where another export goes on after what was given out; null before the first row and after the last. */
  cursor: string | null;
  private readonly hash = createHash("sha256");
  private over = false;

  /** @param scope asked before every page and every piece of it: who may read no more gets no more */
  constructor(
    private readonly db: Database,
    private readonly exporter: Exporter,
    private readonly scope: () => Promise<ReaderScope>,
    private readonly request: ExportRequest,
  ) {
    this.cursor = request.cursor;
  }

  /** The export in pieces of whole lines. */
  async *chunks(): AsyncGenerator<Buffer, void> {
    const { header, line } = writings[this.request.format];
    // An export that goes on is put behind the one before it.
    if (header !== "" && this.request.cursor === null) yield this.give(Buffer.from(header));
    for (let next = this.page(this.cursor); ; ) {
      const rows = await next;
      const last = rows.at(-1);
      const after = last !== undefined && rows.length === PAGE_ROWS ? cursorAfter(last) : null;
      // The database reads the next page while this one is written.
      if (after !== null) next = this.page(after);
      next.catch(() => {});
      for (let start = 0; start < rows.length; ) {
        // Before the first piece too: the next page's question leaves with it.
        await this.mayGoOn();
        const { bytes, next: end } = fillPiece(rows, start, (row) => line(exportedSignIn(row)));
        const chunk = this.give(bytes);
        this.rows += end - start;
        start = end;
        const ending = rows[end - 1];
        this.cursor = ending === undefined || end === rows.length ? after : cursorAfter(ending);
        yield chunk;
      }
      this.cursor = after;
      if (after === null) return;
    }
  }

  /** Writes down that all of it was given out. Whoever receives it is told of its end after that. */
  async succeed(): Promise<void> {
    if (this.end()) await this.record({ status: "success" });
  }

  /** Writes down how far it got. @param reason snake_case */
  async fail(reason: string): Promise<void> {
    if (this.end()) await this.record({ status: "failure", failureReason: reason });
  }

  get sha256(): string {
    return this.hash.copy().digest("hex");
  }

  private end(): boolean {
    if (this.over) return false;
    this.over = true;
    return true;
  }

  private give(chunk: Buffer): Buffer {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    return chunk;
  }

  private async page(cursor: string | null): Promise<string[]> {
    const after = cursor === null ? null : decodeCursor(cursor);
    return readExportedPage(this.db, await this.scope(), this.request.filter, after, PAGE_ROWS);
  }

  /** Lets the process serve others between two pieces, and asks whether there may be another. */
  private async mayGoOn(): Promise<void> {
    await others();
    await this.scope();
  }

  private async record(outcome: { status: "success" } | { status: "failure"; failureReason: string }): Promise<void> {
    const { format, filter, cursor } = this.request;
    const details = {
      format,
      filter: questionOf(filter).slice(0, 4000),
      rows: this.rows,
      bytes: this.bytes,
      sha256: this.sha256,
      ...(cursor === null ? {} : { after: cursor }),
      ...(this.cursor === null ? {} : { upTo: this.cursor }),
    };
    await recordDurably([{ ...this.exporter, id: this.id, action: "auditExported", ...outcome, details }]);
  }
}

/**
 * The journal of one process: where rows are durable while the database is away. Appends to a segment of its own,
 * hands whole segments out for replay, oldest first, and takes over what dead processes left behind. One caller:
 * calls must not overlap.
 */
import type { Logger } from "pino";
import { ActiveSegment, SegmentTaken } from "@/audit/journal/active-segment";
import { type Disk, hasCode, writeFully } from "@/audit/journal/disk";
import { isAlive, type Owner, parseSegmentName, sameOwner, segmentName } from "@/audit/journal/owner";
import { type Damage, encodeRecords, scanSegment } from "@/audit/journal/record";

export type Report = Pick<Logger, "info" | "warn" | "error">;

/** Thrown by {@link Journal.append}: nothing was journaled. The message is for the operator; `code` is the system's. */
export class JournalFailing extends Error {
  constructor(
    readonly code: string,
    directory: string,
    cause: unknown,
  ) {
    super(
      code === "ENOSPC" || code === "EDQUOT"
        ? `The disk of the audit journal is full (${code}): free space for ${directory}.`
        : `The audit journal cannot be written (${code}): check the disk and the permissions of ${directory}.`,
      { cause },
    );
    this.name = "JournalFailing";
  }
}

/** A segment opened for replay. */
export type Reading = { name: string; size: number; bytes: Buffer; payloads: string[]; damaged: Damage[] };

type Segment = { name: string; size: number };
export type JournalOptions = {
  /** Made with mode 0700 when it is first written to. */
  directory: string;
  disk: Disk;
  owner: Owner;
  report: Report;
  /** A segment that would grow beyond this is closed and the next one begun. */
  segmentBytes: number;
  /** Whether the process of a segment still runs; injected by tests. */
  alive?: (owner: Owner) => boolean;
};

export class Journal {
  private active: ActiveSegment | null = null;
  /** Segments that nobody appends to any more, oldest first. */
  private readonly sealed: Segment[] = [];
  private readonly postponed = new Map<string, Segment>();
  private reading: Segment | null = null;
  private sequence = 0;
  private failing: string | null = null;
  private cutRanges = 0;

  constructor(private readonly options: JournalOptions) {}

  /** Bytes of this process's segments, those taken over included. */
  get bytes(): number {
    const closed = [...this.sealed, ...this.postponed.values()].reduce((sum, segment) => sum + segment.size, 0);
    return closed + (this.active?.hasRecords ? this.active.bytes : 0) + (this.reading?.size ?? 0);
  }

  /** Bytes that wait for replay. Zero when there is nothing to replay now. */
  get backlogBytes(): number {
    const waiting = this.sealed.reduce((sum, segment) => sum + segment.size, 0) + (this.reading?.size ?? 0);
    return waiting + (this.active?.hasRecords ? this.active.bytes : 0);
  }

  /** True from an append that the disk refused until one that it took. */
  get full(): boolean {
    return this.failing !== null;
  }

  /** Damaged ranges set aside in `.cut` files since the process started. */
  get cuts(): number {
    return this.cutRanges;
  }

  /** Resolves when the payloads are durable. Rejects with {@link JournalFailing} when none of them is. */
  async append(payloads: readonly string[]): Promise<void> {
    try {
      await this.appendBytes(encodeRecords(payloads));
    } catch (error) {
      const failure = this.failure(error);
      if (this.failing === null) this.options.report.error({ code: failure.code }, failure.message);
      this.failing = failure.code;
      throw failure;
    }
    if (this.failing !== null) this.options.report.info("the audit journal can be written again");
    this.failing = null;
  }

  private failure(error: unknown): JournalFailing {
    const code = (error as NodeJS.ErrnoException).code;
    return new JournalFailing(typeof code === "string" ? code : "unknown", this.options.directory, error);
  }

  private async appendBytes(bytes: Buffer): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const active = this.active;
      if (
        active &&
        (!active.usable || (active.hasRecords && active.bytes + bytes.length > this.options.segmentBytes))
      ) {
        await this.seal();
      }
      this.active ??= await ActiveSegment.create(this.options.disk, this.options.directory, this.nextName());
      try {
        return await this.active.append(bytes);
      } catch (error) {
        if (!(error instanceof SegmentTaken) || attempt === 3) throw error;
        this.options.report.warn(
          { segment: this.active.name },
          "another process took over this process's journal segment",
        );
        await this.active.close();
        this.active = null;
      }
    }
  }

  private nextName(): string {
    this.sequence += 1;
    return segmentName(this.options.owner, this.sequence);
  }

  private path(name: string): string {
    return `${this.options.directory}/${name}`;
  }

  private async seal(): Promise<void> {
    const active = this.active;
    if (!active) return;
    this.active = null;
    if (active.hasRecords) this.sealed.push({ name: active.name, size: active.bytes });
    await active.close();
    if (!active.hasRecords) await this.options.disk.remove(this.path(active.name)).catch(() => {});
  }

  /**
   * Takes over the segments of processes that are gone, and what was postponed. Renaming is the claim: of two
   * processes that try, one gets the file.
   */
  async adopt(): Promise<void> {
    const { disk, directory, owner, report, alive = isAlive } = this.options;
    for (const segment of this.postponed.values()) this.sealed.push(segment);
    this.postponed.clear();
    const left = (await disk.list(directory)).sort().flatMap((name) => {
      const parsed = parseSegmentName(name);
      return parsed && !sameOwner(parsed.owner, owner) && !alive(parsed.owner) ? [name] : [];
    });
    for (const name of left) {
      const size = await disk.size(this.path(name));
      if (size === null) continue;
      const ours = this.nextName();
      try {
        await disk.rename(this.path(name), this.path(ours));
      } catch (error) {
        if (hasCode(error, "ENOENT")) continue;
        throw error;
      }
      this.sealed.push({ name: ours, size });
      report.info({ segment: name, bytes: size }, "took over a journal segment of a process that is gone");
    }
  }

  /** Opens the oldest segment for replay, closing the active one when its turn has come; null when nothing is left. */
  async openOldest(): Promise<Reading | null> {
    if (this.sealed.length === 0 && this.active?.hasRecords) await this.seal();
    const segment = this.sealed.shift();
    if (!segment) return null;
    this.reading = segment;
    const bytes = await this.bytesOf(segment.name);
    const scan = scanSegment(bytes);
    for (const { from, to } of scan.damaged) {
      this.options.report.error(
        { segment: segment.name, from, to },
        "bytes of the audit journal are damaged: they are kept in a .cut file, every record around them is replayed",
      );
    }
    return { ...segment, bytes, ...scan };
  }

  private async bytesOf(name: string): Promise<Buffer> {
    try {
      return await this.options.disk.read(this.path(name));
    } catch (error) {
      // Another process took the segment over and sees to its rows.
      if (hasCode(error, "ENOENT")) return Buffer.alloc(0);
      throw error;
    }
  }

  /** Removes a segment whose rows are all committed; damaged bytes are kept aside first. Rejects when the disk refuses. */
  async finish(reading: Reading): Promise<void> {
    const { disk, directory } = this.options;
    for (const { from, to } of reading.damaged) {
      const file = await disk.open(this.path(`${reading.name}.${from}.cut`), "any");
      try {
        await writeFully(file, reading.bytes.subarray(from, to), 0);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    if (reading.damaged.length > 0) await disk.syncDirectory(directory);
    await disk.remove(this.path(reading.name));
    await disk.syncDirectory(directory);
    this.cutRanges += reading.damaged.length;
    this.reading = null;
  }

  /** Leaves the segment that is being read until the next {@link adopt}: it cannot be finished now. */
  postpone(): void {
    if (this.reading) this.postponed.set(this.reading.name, this.reading);
    this.reading = null;
  }

  /** Closes the files. What was journaled stays for the next process. */
  async close(): Promise<void> {
    await this.seal();
  }
}

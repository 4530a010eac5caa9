/**
 * The segment that this process appends to. An append has happened when it resolves: the bytes are synced, and
 * the file still has its name, so that whoever replays the journal will read them.
 */
import { type Disk, type DiskFile, writeFully } from "@/audit/journal/disk";
import { HEADER } from "@/audit/journal/record";

/** Thrown by {@link ActiveSegment.append} when another process has taken the segment over: append to a new one. */
export class SegmentTaken extends Error {
  constructor(name: string) {
    super(`Another process took over the journal segment ${name}.`);
    this.name = "SegmentTaken";
  }
}

export class ActiveSegment {
  private broken = false;

  private constructor(
    private readonly disk: Disk,
    private readonly file: DiskFile,
    private readonly identity: string,
    readonly directory: string,
    readonly name: string,
    private end: number,
  ) {}

  /** Creates the file, its header and its directory entry, all synced. Leaves no file behind when it rejects. */
  static async create(disk: Disk, directory: string, name: string): Promise<ActiveSegment> {
    const path = `${directory}/${name}`;
    await disk.makeDirectory(directory);
    const file = await disk.open(path, "new");
    try {
      await writeFully(file, HEADER, 0);
      await file.sync();
      await disk.syncDirectory(directory);
      return new ActiveSegment(disk, file, await file.identity(), directory, name, HEADER.length);
    } catch (error) {
      await file.close().catch(() => {});
      await disk.remove(path).catch(() => {});
      throw error;
    }
  }

  /** Bytes of the header and of what was appended. */
  get bytes(): number {
    return this.end;
  }

  /** Whether anything was appended. */
  get hasRecords(): boolean {
    return this.end > HEADER.length;
  }

  /** False once the system failed in a way after which this file cannot be trusted with more. */
  get usable(): boolean {
    return !this.broken;
  }

  /**
   * Appends and syncs. Rejects with the system's error, the file cut back to its last good end; or with
   * {@link SegmentTaken}.
   */
  async append(bytes: Buffer): Promise<void> {
    try {
      await writeFully(this.file, bytes, this.end);
    } catch (error) {
      await this.cutBack();
      throw error;
    }
    try {
      await this.file.sync();
    } catch (error) {
      // After a failed sync the system may have dropped the bytes and call the next sync a success.
      this.broken = true;
      await this.cutBack();
      throw error;
    }
    // The fence. Whoever takes a segment over renames it first and reads it afterwards: as long as the name is still
    // ours here, a reader to come finds what was just written. Otherwise it may have read before: write it elsewhere.
    if ((await this.disk.identity(`${this.directory}/${this.name}`)) !== this.identity) {
      this.broken = true;
      throw new SegmentTaken(this.name);
    }
    this.end += bytes.length;
  }

  private async cutBack(): Promise<void> {
    try {
      await this.file.truncate(this.end);
      await this.file.sync();
    } catch {
      // The tail stays behind as a torn record, which replay sets aside.
      this.broken = true;
    }
  }

  async close(): Promise<void> {
    await this.file.close().catch(() => {
      // Everything that counts was synced when it was appended.
    });
  }
}

/** The few file operations that the journal makes, as one seam: tests put a failing disk in its place. */
import { constants } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";

/** An open file. Every call rejects with the system's error and its `code`. */
export type DiskFile = {
  /** Writes at `position`; answers how many bytes were written, which may be fewer than given. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Resolves when everything written, and the file's size, would survive a loss of power. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  /** Tells files apart, whatever they are called at the moment. */
  identity(): Promise<string>;
  close(): Promise<void>;
};

export type Disk = {
  makeDirectory(path: string): Promise<void>;
  /** Names in a directory; none when it does not exist. */
  list(path: string): Promise<string[]>;
  /** Creates a file that only its user may read; rejects when it is there (`new`) or opens it (`any`). */
  open(path: string, which: "new" | "any"): Promise<DiskFile>;
  read(path: string): Promise<Buffer>;
  /** Size in bytes, or null when there is no such file. */
  size(path: string): Promise<number | null>;
  /** Identity of the file that has this name now, or null. */
  identity(path: string): Promise<string | null>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Resolves when names created in or removed from the directory would survive a loss of power. */
  syncDirectory(path: string): Promise<void>;
};

/** Writes all of `bytes` at `position`, in as many calls as the disk needs. */
export async function writeFully(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const count = await file.write(bytes.subarray(written), position + written);
    if (count === 0) throw Object.assign(new Error("the disk took no bytes"), { code: "EIO" });
    written += count;
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

async function orIfMissing<T>(work: Promise<T>, fallback: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return fallback;
    throw error;
  }
}

function identityOf(found: { dev: bigint; ino: bigint }): string {
  return `${found.dev}:${found.ino}`;
}

/** The machine's disk. */
export const realDisk: Disk = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  list: (path) => orIfMissing(readdir(path), []),
  async open(path, which) {
    const flags = constants.O_RDWR | constants.O_CREAT | (which === "new" ? constants.O_EXCL : 0);
    const file = await open(path, flags, 0o600);
    return {
      write: async (bytes, position) => (await file.write(bytes, 0, bytes.length, position)).bytesWritten,
      sync: () => file.datasync(),
      truncate: (length) => file.truncate(length),
      identity: async () => identityOf(await file.stat({ bigint: true })),
      close: () => file.close(),
    };
  },
  read: (path) => readFile(path),
  size: async (path) => (await orIfMissing(stat(path), null))?.size ?? null,
  async identity(path) {
    const found = await orIfMissing(stat(path, { bigint: true }), null);
    return found && identityOf(found);
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  async syncDirectory(path) {
    const directory = await open(path, constants.O_RDONLY);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};

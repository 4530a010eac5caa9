/** JSON kept in the data folder: read at the start, written whole and put in place at once, so that no half is ever read. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { z } from "zod";

const WRITE_DELAY_MS = 200;

/** Writes the file at once. */
export function writeKept(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  writeFileSync(draft, JSON.stringify(value), { mode: 0o600 });
  renameSync(draft, path);
}

/** The file's content where it has the expected shape, else null: another version's file is no reason not to start. */
export function readKept<T>(path: string, shape: z.ZodType<T>): T | null {
  try {
    return shape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}

/** The file's content, made and written at the first time. */
export function readOrMake<T>(path: string, shape: z.ZodType<T>, make: () => T): T {
  const kept = readKept(path, shape);
  if (kept !== null) return kept;
  const made = make();
  writeKept(path, made);
  return made;
}

/** Writes `snapshot()` a moment after each change, many changes at once. `flush` writes what still waits. */
export function keeper(path: string, snapshot: () => unknown): { changed(): void; flush(): void } {
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = undefined;
    writeKept(path, snapshot());
  };
  return {
    changed() {
      timer ??= setTimeout(flush, WRITE_DELAY_MS);
    },
    flush,
  };
}

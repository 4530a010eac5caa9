/**
 * Who writes a segment, and whether that process is still there. The answer only decides when another process may
 * take a segment over; that nothing is lost when it is wrong is seen to by the fence in active-segment.ts.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** A process: its number, when it started (in the unit of the system, opaque), and a random word of its own. */
export type Owner = { pid: number; started: string; word: string };

/** The name of a segment, such as `4711-98213-5f0c2a9e.00000001.journal`. */
export function segmentName(owner: Owner, sequence: number): string {
  return `${owner.pid}-${owner.started}-${owner.word}.${String(sequence).padStart(8, "0")}.journal`;
}

/** Reads a segment's name; null for any other file. */
export function parseSegmentName(name: string): { owner: Owner; sequence: number } | null {
  const match = /^(\d{1,10})-(\d{1,20})-([0-9a-f]{8})\.(\d{8,})\.journal$/.exec(name);
  const [, pid, started, word, sequence] = match ?? [];
  if (!pid || !started || !word || !sequence) return null;
  return { owner: { pid: Number(pid), started, word }, sequence: Number(sequence) };
}

export function sameOwner(one: Owner, other: Owner): boolean {
  return one.pid === other.pid && one.started === other.started && one.word === other.word;
}

/**
 * The start time in the text of Linux's /proc/PID/stat, the 22nd field; the 2nd may hold spaces and brackets. Null for
 * a process that has ended and only waits for its parent to take notice (Z, X).
 */
export function startedFromStat(text: string): string | null {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (/^[ZX]/.test(fields[0] ?? "")) return null;
  return /^\d+$/.exec(fields[19] ?? "")?.[0] ?? null;
}

/** When a process started, or null where the system does not say or there is no such process. */
function processStart(pid: number): string | null {
  try {
    return startedFromStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return null;
  }
}

/** This process, with a word that no other call gets. */
export function currentOwner(): Owner {
  return { pid: process.pid, started: processStart(process.pid) ?? "0", word: randomBytes(4).toString("hex") };
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether the process that wrote under this name still runs, as far as this machine can tell. */
export function isAlive(owner: Owner): boolean {
  const started = processStart(owner.pid);
  if (started !== null) return started === owner.started;
  return owner.started === "0" && exists(owner.pid);
}

/** Writes a group of rows around those that PostgreSQL refuses, each found by halving. No I/O of its own. */
import { faultOf, sqlStateOf } from "@/audit/queue/fault";

/** A row that was refused: its place in the group, and PostgreSQL's five-character code. */
export type Refusal = { index: number; sqlState: string };
/** Commits all of the rows or rejects, having committed none or, when the answer was lost, perhaps all. */
export type Write = (rows: readonly string[]) => Promise<void>;

/**
 * Commits the rows in their order, all but the refused ones, which it answers.
 * Rejects when the database cannot serve: the rows before that are committed, and writing all again is harmless.
 */
export async function writeAround(rows: readonly string[], write: Write): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const writeRange = async (from: number, to: number): Promise<void> => {
    try {
      await write(from === 0 && to === rows.length ? rows : rows.slice(from, to));
    } catch (error) {
      if (faultOf(error) === "database") throw error;
      if (to - from === 1) {
        refusals.push({ index: from, sqlState: sqlStateOf(error) ?? "" });
        return;
      }
      const middle = (from + to) >> 1;
      await writeRange(from, middle);
      await writeRange(middle, to);
    }
  };
  if (rows.length > 0) await writeRange(0, rows.length);
  return refusals;
}

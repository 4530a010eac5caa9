/** Rows in the pieces that an export gives out. Pure. */

/** Bytes of a piece at most, unless one row alone is longer: a millisecond or two of work. */
export const PIECE_BYTES = 256 * 1024;
/** Bytes that a UTF-16 unit takes at most in UTF-8. */
const UNIT_BYTES = 3;

/**
 * As many rows, from `start` on, as fill a piece: at least one where there is one. Each is written into its place: to put a
 * thousand of them together as one string costs more than all the rest of an export.
 * @returns the bytes, and the index of the row that the next piece begins with
 */
export function fillPiece<Row>(
  rows: readonly Row[],
  start: number,
  line: (row: Row) => string,
): { bytes: Buffer; next: number } {
  let buffer = Buffer.allocUnsafe(PIECE_BYTES);
  let used = 0;
  let next = start;
  for (const row of rows.slice(start)) {
    const text = line(row);
    const most = text.length * UNIT_BYTES;
    if (used + most > PIECE_BYTES) {
      if (used > 0) break;
      buffer = Buffer.allocUnsafe(most);
    }
    used += buffer.write(text, used);
    next += 1;
  }
  return { bytes: buffer.subarray(0, used), next };
}

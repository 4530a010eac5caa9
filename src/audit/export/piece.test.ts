/** Pieces hold whole rows, every one of them once, and are no larger than they may be. */
import { describe, expect, test } from "vitest";
import { fillPiece, PIECE_BYTES } from "@/audit/export/piece";

function piecesOf(rows: readonly string[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0; start < rows.length; ) {
    const { bytes, next } = fillPiece(rows, start, (row) => `${row}\n`);
    expect(next).toBeGreaterThan(start);
    expect(bytes.toString()).toBe(
      rows
        .slice(start, next)
        .map((row) => `${row}\n`)
        .join(""),
    );
    pieces.push(bytes);
    start = next;
  }
  return pieces;
}

describe("the pieces of an export", () => {
  test("hold every row once, whole, and fill up", () => {
    const pieces = piecesOf(Array.from({ length: 3000 }, (_, n) => `${n} ${"漢ü🦔x".repeat(60)}`));
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(PIECE_BYTES);
    for (const piece of pieces.slice(0, -1)) expect(piece.length).toBeGreaterThan(PIECE_BYTES * 0.9);
  });

  test("are longer only for a row that is longer alone", () => {
    const long = "ü".repeat(PIECE_BYTES);
    const pieces = piecesOf(["a", long, "b", "c"]);
    expect(pieces.map(({ length }) => length)).toEqual([2, PIECE_BYTES * 2 + 1, 4]);
  });

  test("are empty where there is nothing", () => {
    expect(fillPiece([], 0, String).bytes.length).toBe(0);
  });
});

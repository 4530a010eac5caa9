import { describe, expect, it } from "vitest";
import { type Piece, piecesOf } from "@/audit/counts/pieces";

const at = (text: string) => new Date(`${text.padEnd(16, "2026-01-01T00:00".slice(text.length))}:00Z`);
const told = (pieces: Piece[]) =>
  pieces.map(({ grain, from, to }) => [grain, from?.toISOString().slice(0, 16), to?.toISOString().slice(0, 16)]);

describe("a range in pieces", () => {
  it("without ends is one piece of the coarsest grain", () => {
    expect(told(piecesOf({ from: null, to: null }, "month"))).toEqual([["month", undefined, undefined]]);
  });

  it("is coarse in the middle and finer towards its ends", () => {
    expect(told(piecesOf({ from: at("2026-01-30T22:30"), to: at("2026-04-02T01:15") }, "month"))).toEqual([
      ["rows", "2026-01-30T22:30", "2026-01-30T23:00"],
      ["hour", "2026-01-30T23:00", "2026-01-31T00:00"],
      ["day", "2026-01-31T00:00", "2026-02-01T00:00"],
      ["month", "2026-02-01T00:00", "2026-04-01T00:00"],
      ["day", "2026-04-01T00:00", "2026-04-02T00:00"],
      ["hour", "2026-04-02T00:00", "2026-04-02T01:00"],
      ["rows", "2026-04-02T01:00", "2026-04-02T01:15"],
    ]);
  });

  it("that is open at its end has only a fine beginning", () => {
    expect(told(piecesOf({ from: at("2026-03-04T05:06"), to: null }, "day"))).toEqual([
      ["rows", "2026-03-04T05:06", "2026-03-04T06:00"],
      ["hour", "2026-03-04T06:00", "2026-03-04T08:00"],
      ["shift", "2026-03-04T08:00", "2026-03-05T00:00"],
      ["day", "2026-03-05T00:00", undefined],
    ]);
  });

  it("within an hour is counted row by row, and over its border too", () => {
    expect(told(piecesOf({ from: at("2026-03-04T05:06"), to: at("2026-03-04T05:07") }, "month"))).toEqual([
      ["rows", "2026-03-04T05:06", "2026-03-04T05:07"],
    ]);
    expect(told(piecesOf({ from: at("2026-03-04T05:50"), to: at("2026-03-04T06:10") }, "hour"))).toEqual([
      ["rows", "2026-03-04T05:50", "2026-03-04T06:10"],
    ]);
  });

  it("that begins and ends on borders has no rows to count", () => {
    expect(told(piecesOf({ from: at("2026-03-01"), to: at("2026-04-01") }, "month"))).toEqual([
      ["month", "2026-03-01T00:00", "2026-04-01T00:00"],
    ]);
  });

  it("that ends before it begins has no pieces", () => {
    expect(piecesOf({ from: at("2026-03-02"), to: at("2026-03-01") }, "month")).toEqual([]);
  });

  it("has no gap and no overlap, wherever it begins and ends", () => {
    const start = at("2026-01-31").getTime();
    for (let step = 0; step < 400; step += 1) {
      const from = new Date(start + step * 7_654_321);
      const to = new Date(from.getTime() + step * step * 54_321);
      const pieces = piecesOf({ from, to }, "month");
      const ends = pieces.map((piece) => piece.to?.getTime());
      expect(pieces.map((piece) => piece.from?.getTime())).toEqual(
        pieces.length === 0 ? [] : [from.getTime(), ...ends.slice(0, -1)],
      );
      if (pieces.length > 0) expect(ends.at(-1)).toBe(to.getTime());
    }
  });
});

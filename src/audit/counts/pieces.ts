/** A range of time in pieces for which attempts are counted already, and the rest, which is counted row by row. Pure. */

/** A shift is eight hours from 00:00, 08:00 or 16:00. */
export const grains = ["month", "day", "shift", "hour"] as const;
export type Grain = (typeof grains)[number];

/** Half open; null is without an end. */
export type Range = { from: Date | null; to: Date | null };
export type Piece = Range & { grain: Grain | "rows" };

const HOUR_MS = 3600_000;
const lengths = { day: 24 * HOUR_MS, shift: 8 * HOUR_MS, hour: HOUR_MS };

/** The last border of a grain at or before a time, UTC. */
function floor(grain: Grain, at: Date): Date {
  if (grain === "month") return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));
  return new Date(Math.floor(at.getTime() / lengths[grain]) * lengths[grain]);
}

function ceiling(grain: Grain, at: Date): Date {
  const below = floor(grain, at);
  if (below.getTime() === at.getTime()) return at;
  if (grain === "month") return new Date(Date.UTC(below.getUTCFullYear(), below.getUTCMonth() + 1, 1));
  return new Date(below.getTime() + lengths[grain]);
}

/** In the order of time, without gaps and overlaps: the coarsest grain in the middle, finer ones towards the ends. */
export function piecesOf({ from, to }: Range, coarsest: Grain): Piece[] {
  return split({ from, to }, grains.slice(grains.indexOf(coarsest)));
}

function split(range: Range, [grain, ...finer]: readonly Grain[]): Piece[] {
  const { from, to } = range;
  if (from && to && from >= to) return [];
  if (grain === undefined) return [{ grain: "rows", from, to }];
  const first = from && ceiling(grain, from);
  const last = to && floor(grain, to);
  if (first && last && first >= last) return split(range, finer);
  return [
    ...(first ? split({ from, to: first }, finer) : []),
    { grain, from: first, to: last },
    ...(last ? split({ from: last, to }, finer) : []),
  ];
}

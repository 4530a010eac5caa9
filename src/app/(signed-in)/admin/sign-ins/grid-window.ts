/** Which of very many rows, all of one height, a window shows, and how far it must scroll to show another one. In px. Pure. */

export type Glance = {
  /** How much of the list is above the window's upper edge; negative while the list begins below it. */
  above: number;
  /** Of the window. */
  viewport: number;
  /** Of a row. */
  height: number;
};

/** Rows in sight and a few beyond; these may be rows that there are not. The last one is included. */
export type Sight = { first: number; last: number };

/** Drawn beyond each edge, for what a wheel or a finger moves before the next drawing. */
const BEYOND = 4;
/** Left free at the window's lower edge, for the ring around what has the focus. */
const RING = 4;

export function sightOf({ above, viewport, height }: Glance): Sight {
  return { first: Math.floor(above / height) - BEYOND, last: Math.floor((above + viewport) / height) + BEYOND };
}

/** The rows to draw, in their order: those in sight, and the one that is kept wherever it is. */
export function rowsDrawn(sight: Sight, count: number, kept: number): number[] {
  const [first, last] = [Math.max(0, sight.first), Math.min(count - 1, sight.last)];
  const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  if (kept < 0 || kept >= count || (kept >= first && kept <= last)) return rows;
  return kept < first ? [kept, ...rows] : [...rows, kept];
}

/** How far to scroll for a row to be whole in sight, below what covers the window's upper edge; 0 where it is. */
export function scrollTo(row: number, { above, viewport, height }: Glance, covered: number): number {
  const top = row * height - above;
  if (top < covered) return top - covered;
  return Math.max(0, top + height + RING - viewport);
}

/** Where a key leads in the grid. Pure. */

/** A cell: the row by its index in the list, the column by its place among the shown ones. */
export type Place = { row: number; column: number };
export type Extent = { rows: number; columns: number /** Rows that a screen shows. */; page: number };

/** Null for a key that moves nothing. Never leaves the grid. */
export function moved(key: string, { row, column }: Place, { rows, columns, page }: Extent): Place | null {
  const within = (value: number, size: number) => Math.min(Math.max(value, 0), Math.max(size - 1, 0));
  const to = (nextRow: number, nextColumn = column) => ({
    row: within(nextRow, rows),
    column: within(nextColumn, columns),
  });
  switch (key) {
    case "ArrowDown":
    case "j":
      return to(row + 1);
    case "ArrowUp":
    case "k":
      return to(row - 1);
    case "ArrowRight":
      return to(row, column + 1);
    case "ArrowLeft":
      return to(row, column - 1);
    case "PageDown":
      return to(row + page);
    case "PageUp":
      return to(row - page);
    case "Home":
      return to(0);
    case "End":
      return to(rows - 1);
    default:
      return null;
  }
}

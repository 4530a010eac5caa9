/** One row of the grid. Its cells take the focus, one at a time; a click anywhere opens it. */
import clsx from "clsx";
import { memo } from "react";
import { columns } from "@/app/(signed-in)/admin/sign-ins/columns";
import type { ColumnKey, View } from "@/app/(signed-in)/admin/sign-ins/view";
import type { SignIn } from "@/audit/history";

type GridRowProps = {
  item: SignIn;
  index: number;
  shown: readonly ColumnKey[];
  zone: View["zone"];
  density: View["density"];
  open: boolean;
  /** The column that is the grid's tab stop, if this is the row. */
  activeColumn: number | null;
  onFocus: (row: number, column: number) => void;
  onOpen: (item: SignIn) => void;
};

/** Below 768 px: who and how it ended on the first line; when, how and from where on the second. */
const entry: Record<ColumnKey, string> = {
  who: "max-md:order-1 max-md:flex-1 max-md:font-medium",
  result: "max-md:order-2",
  reason: "max-md:font-medium max-md:text-failure max-md:empty:hidden",
  time: "max-md:order-4 max-md:text-muted max-md:text-xs",
  how: "max-md:order-5 max-md:text-muted max-md:text-xs",
  from: "max-md:order-6 max-md:text-muted max-md:text-xs",
  device: "max-md:hidden",
};

const entryClass =
  "max-md:flex max-md:h-16 max-md:flex-wrap max-md:content-center max-md:items-center max-md:gap-x-2 max-md:overflow-hidden " +
  "max-md:border-b max-md:border-line max-md:px-4 max-md:after:order-3 max-md:after:basis-full max-md:after:content-['']";

/** Of the cell of an event in one of the columns that are shown. */
export function cellId(eventId: string | undefined, column: number): string {
  return `cell-${eventId}-${column}`;
}

/** Drawn again only when something of it has changed: others come and go by the hundred. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { item, index, shown, zone, density, open, activeColumn, onFocus, onOpen } = props;
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={open}
      onClick={() => onOpen(item)}
      className={clsx("cursor-pointer", entryClass, open ? "bg-accent-soft" : "hover:bg-hover")}
    >
      {shown.map((column, place) => (
        <td
          key={column}
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a cell of the grid, which takes the focus
          role="gridcell"
          id={cellId(item.id, place)}
          tabIndex={activeColumn === place ? 0 : -1}
          onFocus={() => onFocus(index, place)}
          className={clsx(
            "scroll-mt-20 truncate border-line md:border-b md:px-3 md:py-0 md:first:pl-4",
            density === "compact" ? "md:h-8" : "md:h-11",
            column === "who" && "md:font-medium",
            column === "result" && item.failureReason && "max-md:sr-only",
            // A reason stands in the result's place; labels alone go last, lest they take the room of who it was.
            column === "reason" && (item.failureReason ? "max-md:order-2" : "max-md:order-7"),
            columns[column].width,
            entry[column],
          )}
        >
          {columns[column].cell(item, zone)}
        </td>
      ))}
    </tr>
  );
});

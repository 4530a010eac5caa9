/** Tables that become entries of a few lines below 768 px, where their rows lay out their cells themselves. */
import clsx from "clsx";
import type { ReactNode } from "react";

export type Column = {
  name: string;
  /** The class of its width; empty for the one that takes what is left. */
  width: string;
};

type TableProps = { caption: string; columns: readonly Column[]; children: ReactNode };

/** @param children the rows */
export function Table({ caption, columns, children }: TableProps) {
  return (
    <table className="w-full table-fixed text-sm max-md:block">
      <caption className="sr-only">{caption}</caption>
      <thead className="max-md:sr-only">
        <tr className="border-line border-b bg-sunken text-left text-muted text-xs">
          {columns.map(({ name, width }) => (
            <th key={name} scope="col" className={clsx("px-2 py-2 font-medium xl:px-3 first:pl-4 last:pr-4", width)}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y divide-line max-md:block">{children}</tbody>
    </table>
  );
}

const heights = { compact: "md:py-1", roomy: "md:py-2" };

type TableCellProps = { height?: keyof typeof heights; className?: string; children: ReactNode };

export function TableCell({ height = "roomy", className, children }: TableCellProps) {
  return (
    <td
      className={clsx(
        "align-top leading-6 [overflow-wrap:anywhere] md:px-2 xl:px-3 md:first:pl-4 md:last:pr-4",
        heights[height],
        className,
      )}
    >
      {children}
    </td>
  );
}

/**
 * A row as an entry below 768 px: its first two cells in one line, then (after a full-width break) what else there is of
 * it in small print.
 */
export const entryClass =
  "max-md:flex max-md:flex-wrap max-md:items-start max-md:gap-x-3 max-md:px-4 max-md:py-2 " +
  "max-md:[&>td:nth-child(-n+2)]:-order-2 max-md:before:-order-1 max-md:before:basis-full max-md:before:content-['']";

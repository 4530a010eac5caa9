"use client";
/**
 * The rows of the history as a grid (WAI-ARIA): one tab stop, arrows inside, and never more rows in the page than fit a
 * screen or two, however many there are. Below 768 px each row is an entry of two lines.
 */
import clsx from "clsx";
import { Fragment, type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type CellFilter, columns } from "@/app/(signed-in)/admin/sign-ins/columns";
import { moved, type Place } from "@/app/(signed-in)/admin/sign-ins/grid-keys";
import { cellId, GridRow } from "@/app/(signed-in)/admin/sign-ins/grid-row";
import { rowsDrawn, scrollTo } from "@/app/(signed-in)/admin/sign-ins/grid-window";
import { glanceAt, useSight } from "@/app/(signed-in)/admin/sign-ins/use-sight.client";
import { type ColumnKey, columnKeys, columnNames, type View } from "@/app/(signed-in)/admin/sign-ins/view";
import type { SignIn } from "@/audit/history";
import { localOffset } from "@/ui/format-time";
import { useHydrated, useMedia } from "@/ui/use-media.client";

type SignInGridProps = {
  items: readonly SignIn[];
  view: View;
  /** How many there are in all, where that is known. */
  total: number | null;
  /** The event whose details are open. */
  openId: string | null;
  /** Whether details stand beside the list: there is room for little more than which row is which. */
  beside: boolean;
  lettersWork: boolean;
  /** Whether the line of what is new stands above the head of the list. */
  watched: boolean;
  onOpen: (item: SignIn) => void;
  onFilter: (filter: CellFilter) => void;
  onHelp: () => void;
  /** Called when the last rows come into view. */
  onEnd: () => void;
};

/** Of what stays at the top of the window while the list scrolls beneath it. */
const HEAD = 36;
const LINE = 40;
const HEIGHTS = { comfortable: 44, compact: 32, narrow: 64 };
const BESIDE_DETAILS: ReadonlySet<ColumnKey> = new Set(["time", "result", "who"]);

export function SignInGrid(props: SignInGridProps) {
  const { items, view, total, openId, beside, watched, onOpen, onEnd } = props;
  const hydrated = useHydrated();
  const narrow = useMedia("(max-width: 47.99rem)", false);
  const body = useRef<HTMLTableSectionElement>(null);
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  /** Where the focus is to go once it is drawn. A drawing that does not have it yet leaves it to the one that has. */
  const wanted = useRef<Place | null>(null);
  const shown = useMemo(
    () => columnKeys.filter((column) => !view.hidden.includes(column) && (!beside || BESIDE_DETAILS.has(column))),
    [view.hidden, beside],
  );
  const height = narrow ? HEIGHTS.narrow : HEIGHTS[view.density];

  // The row that has the focus stays, wherever the list is scrolled to.
  const rows = rowsDrawn(useSight(body, height), items.length, active.row);
  const last = rows.at(-1) ?? -1;
  useEffect(() => {
    if (hydrated && last >= items.length - 10) onEnd();
  }, [hydrated, last, items.length, onEnd]);

  useEffect(() => {
    if (wanted.current !== active) return;
    wanted.current = null;
    const column = Math.min(active.column, shown.length - 1);
    document.getElementById(cellId(items[active.row]?.id, column))?.focus();
  });

  // Where the details were closed, the reading goes on.
  const wasOpen = useRef(openId);
  useEffect(() => {
    const closed = openId === null ? wasOpen.current : null;
    wasOpen.current = openId;
    const row = closed === null ? -1 : items.findIndex(({ id }) => id === closed);
    if (row < 0) return;
    const place = { row, column: active.column };
    wanted.current = place;
    setActive(place);
  }, [openId, items, active.column]);

  const focused = useCallback(
    (row: number, column: number) =>
      setActive((place) => (place.row === row && place.column === column ? place : { row, column })),
    [],
  );

  function go(place: Place) {
    wanted.current = place;
    setActive(place);
    const covered = (narrow ? 0 : HEAD) + (watched ? LINE : 0);
    window.scrollBy({ top: scrollTo(place.row, glanceAt(body, height), covered), behavior: "instant" });
  }

  function keyDown(event: KeyboardEvent) {
    const { key } = event;
    const item = items[active.row];
    if (event.ctrlKey || event.metaKey || event.altKey || !item) return;
    const isLetter = key.length === 1;
    if (isLetter && !props.lettersWork) return;
    const page = Math.max(1, Math.floor(window.innerHeight / height) - 2);
    const place = moved(key, active, { rows: items.length, columns: shown.length, page });
    const column = shown[active.column];
    const filter = key === "f" && column ? columns[column].filter(item) : null;
    if (place) go(place);
    else if (key === "Enter") onOpen(item);
    else if (filter) props.onFilter(filter);
    else if (key === "?") props.onHelp();
    else return;
    event.preventDefault();
  }

  // Space for the rows that are not there. A style in the server's HTML would break the policy, and is not needed there.
  const space = (from: number, to: number) => <Space height={hydrated ? (to - from - 1) * height : 0} />;
  const zone = hydrated ? view.zone : "utc";
  return (
    <table
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table is what a grid is made of (WAI-ARIA APG)
      role="grid"
      aria-label="Sign-ins, newest first"
      aria-rowcount={total === null ? -1 : total + 1}
      aria-colcount={shown.length}
      onKeyDown={keyDown}
      className="w-full table-fixed border-separate border-spacing-0 text-sm max-md:block"
    >
      <thead className="max-md:sr-only">
        <tr aria-rowindex={1}>
          {shown.map((column) => (
            <th
              key={column}
              scope="col"
              className={clsx(
                watched ? "top-10" : "top-0",
                "sticky z-10 border-line border-b bg-sunken px-3 py-2 text-left font-medium text-muted text-xs first:pl-4",
                columns[column].width,
              )}
            >
              {columnNames[column]}
              {column === "time" && ` (${zone === "local" ? localOffset(new Date()) : "UTC"})`}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body} className="max-md:block">
        {rows.map((index, place) => {
          const item = items[index];
          if (!item) return null;
          return (
            <Fragment key={item.id}>
              {/* Also between the row that has the focus and those that are in sight. */}
              {space(rows[place - 1] ?? -1, index)}
              <GridRow
                item={item}
                index={index}
                shown={shown}
                zone={zone}
                density={view.density}
                open={item.id === openId}
                activeColumn={
                  index === Math.min(active.row, items.length - 1) ? Math.min(active.column, shown.length - 1) : null
                }
                onFocus={focused}
                onOpen={onOpen}
              />
            </Fragment>
          );
        })}
        {space(last, items.length)}
      </tbody>
    </table>
  );
}

/** Stands for the rows that are out of sight. One cell will do: to span hidden columns would make empty ones of them. */
function Space({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: it is space, and no row to count
    <tr role="presentation" className="max-md:block">
      <td className="p-0 max-md:block" style={{ height }} />
    </tr>
  );
}

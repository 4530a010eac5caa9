/** How the list is shown, as the address says it: apart from what is shown, which is the filter. Pure. */
import { type FilterValues, filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { oneParam, type SearchParams } from "@/app/search-params";

export const columnKeys = ["time", "result", "who", "how", "from", "device", "reason"] as const;
export type ColumnKey = (typeof columnKeys)[number];

export const columnNames: Record<ColumnKey, string> = {
  time: "Time",
  result: "Result",
  who: "Who",
  how: "How",
  from: "From",
  device: "Device",
  reason: "Reason",
};

/** Without these two there would be nothing to tell rows apart by. */
const ALWAYS: ReadonlySet<ColumnKey> = new Set(["time", "who"]);

export type View = {
  density: "comfortable" | "compact";
  zone: "utc" | "local";
  hidden: readonly ColumnKey[];
  /** A plain table with links to older pages, that needs no script. */
  pages: boolean;
};

export const DEFAULT_VIEW: View = { density: "comfortable", zone: "utc", hidden: [], pages: false };

export function canHide(column: ColumnKey): boolean {
  return !ALWAYS.has(column);
}

/** What is said wrongly is as if it had not been said. */
export function readView(params: SearchParams): View {
  const hidden = (oneParam(params, "hide") ?? "").split(",");
  return {
    density: oneParam(params, "density") === "compact" ? "compact" : "comfortable",
    zone: oneParam(params, "zone") === "local" ? "local" : "utc",
    hidden: columnKeys.filter((column) => canHide(column) && hidden.includes(column)),
    pages: oneParam(params, "view") === "pages",
  };
}

/** The parameters that say how the list is shown; what is as usual is not said. */
export function viewParams(view: View): [name: string, value: string][] {
  const said: [string, string | false][] = [
    ["density", view.density === "compact" && "compact"],
    ["zone", view.zone === "local" && "local"],
    ["hide", view.hidden.length > 0 && view.hidden.join(",")],
    ["view", view.pages && "pages"],
  ];
  return said.flatMap(([name, value]) => (value === false ? [] : [[name, value]]));
}

/** The address of a filter seen in this way, optionally from a place in the list. */
export function viewHref(values: FilterValues, view: View, cursor?: string | null): string {
  const href = filterHref(values, cursor);
  const said = viewParams(view).map(([name, value]) => `${name}=${value}`);
  if (said.length === 0) return href;
  return `${href}${href.includes("?") ? "&" : "?"}${said.join("&")}`;
}

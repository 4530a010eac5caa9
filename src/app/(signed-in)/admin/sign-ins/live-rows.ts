/**
 * Rows that come while a list may be being read. They gather, and enter above the ones that are listed. More of them than
 * are worth holding are let go: the list is then loaded anew, and has them all. Pure.
 */
import type { SignIn } from "@/audit/history";

/** Held at most: waiting, and entered. */
export const MOST_HELD = 1000;

export type LiveRows = {
  /** In the list. */
  entered: readonly SignIn[];
  /** Not in the list yet. Fewer than `count` where they have been let go. */
  waiting: readonly SignIn[];
  count: number;
};

export const NO_ROWS: LiveRows = { entered: [], waiting: [], count: 0 };

export function newestFirst(one: SignIn, other: SignIn): number {
  return other.occurredAt.getTime() - one.occurredAt.getTime() || (one.id < other.id ? 1 : -1);
}

export function gather(rows: LiveRows, fresh: readonly SignIn[]): LiveRows {
  if (fresh.length === 0) return rows;
  const count = rows.count + fresh.length;
  return { ...rows, count, waiting: count > MOST_HELD ? [] : [...rows.waiting, ...fresh] };
}

/** Whether what waits can enter as it is; else the list must be loaded anew. */
export function canEnter({ entered, count }: LiveRows): boolean {
  return entered.length + count <= MOST_HELD;
}

export function enter({ entered, waiting }: LiveRows): LiveRows {
  return { ...NO_ROWS, entered: [...waiting, ...entered] };
}

/** The rows of all pages. With `flatMap`, a hundred thousand of them took 17 ms for every page that came. */
export function rowsOf(pages: readonly { items: readonly SignIn[] }[]): readonly SignIn[] {
  const rows: SignIn[] = [];
  for (const { items } of pages) for (const row of items) rows.push(row);
  return rows;
}

/**
 * The list, newest first, each row once, without a gap: an entered row that is older than what was loaded comes with its own
 * page, together with those between.
 * @param loaded newest first; very many, so they are gone through once
 * @param more whether there are older ones that are not loaded
 */
export function listed(loaded: readonly SignIn[], entered: readonly SignIn[], more: boolean): readonly SignIn[] {
  if (entered.length === 0) return loaded;
  const loadedIds = new Set(loaded.map(({ id }) => id));
  const rows: SignIn[] = [];
  let next = 0;
  for (const row of entered.filter(({ id }) => !loadedIds.has(id)).sort(newestFirst)) {
    for (let older = loaded[next]; older && newestFirst(older, row) < 0; older = loaded[next]) {
      rows.push(older);
      next += 1;
    }
    if (more && next === loaded.length) break;
    rows.push(row);
  }
  return [...rows, ...loaded.slice(next)];
}

/** What a page does while it is watched, measured from inside: tasks, shifts, announcements, and every row that it draws. */
import type { Page } from "@playwright/test";

/** Since it was reset; `movedPx` of the row with the focus, `shift` as layout-shift scores, unasked ones alone. */
export type Watched = { longestTaskMs: number; shift: number; announced: number; movedPx: number };

/** Runs in the page. */
function watchPage(): void {
  const state = { longestTaskMs: 0, shift: 0, announced: 0, movedPx: 0 };
  const seen = new Map<number, string>();
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) state.longestTaskMs = Math.max(state.longestTaskMs, duration);
  }).observe({ type: "longtask", buffered: false });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
      if (!entry.hadRecentInput) state.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: false });
  const status = document.querySelector('[role="status"]');
  if (status)
    new MutationObserver(() => (state.announced += 1)).observe(status, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  let focused: { cell: Element; top: number } | null = null;
  const frame = () => {
    for (const row of document.querySelectorAll("tr[aria-rowindex]")) {
      const cell = row.querySelector('[role="gridcell"]');
      if (cell) seen.set(Number(row.getAttribute("aria-rowindex")), cell.id.split("-").slice(1, -1).join("-"));
    }
    const cell = document.activeElement?.getAttribute("role") === "gridcell" ? document.activeElement : null;
    if (cell) {
      const { top } = cell.getBoundingClientRect();
      if (focused?.cell === cell) state.movedPx = Math.max(state.movedPx, Math.abs(top - focused.top));
      focused = { cell, top: focused?.cell === cell ? focused.top : top };
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  Object.assign(window, {
    benchRead: () => ({ ...state }),
    benchReset: () => {
      Object.assign(state, { longestTaskMs: 0, shift: 0, announced: 0, movedPx: 0 });
      focused = null;
      seen.clear();
    },
    /** Ids of events in the order of their rows. */
    benchRows: () => [...seen].sort(([one], [other]) => one - other).map(([, id]) => id),
  });
}

export const reset = (page: Page) => page.evaluate("benchReset()");
export const read = (page: Page) => page.evaluate<Watched>("benchRead()");
/** Ids of events in the order of their rows. */
export const rowsSeen = (page: Page) => page.evaluate<string[]>("benchRows()");

export async function watch(page: Page): Promise<void> {
  // What compiles this file keeps functions' names by a helper that a page does not have.
  await page.evaluate("globalThis.__name = (named) => named");
  await page.evaluate(watchPage);
}

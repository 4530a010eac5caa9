/** What the browser itself notes of a page, from its first byte on and over the navigations of a visit (web-vitals' terms). */
import type { BrowserContext, Page } from "@playwright/test";

/** Times in ms. */
export type Load = {
  /** When the largest piece of the first view was painted, since the navigation began. */
  lcpMs: number;
  /** Every shift that nobody asked for, as layout-shift scores added up: never below CLS, which takes the worst burst. */
  shift: number;
  /** Of every task after the first paint that ran longer than 50 ms, what it ran longer. */
  blockingMs: number;
};

export type Interaction = { key: string; page: string; ms: number };

/** Since it was reset. */
export type Scrolled = { mountedRows: number; longestTaskMs: number };

/** Runs in every document before anything else of it. */
function observe(): void {
  const KEPT = "bench-interactions";
  const LONG_MS = 50;
  const state = { lcpMs: 0, shift: 0, mountedRows: 0, longestTaskMs: 0 };
  const tasks: { startTime: number; duration: number }[] = [];
  // One press or click is several events; it lasted as long as the longest of them.
  const interactions = new Map<string, Interaction>();
  for (const [id, one] of JSON.parse(sessionStorage.getItem(KEPT) ?? "[]")) interactions.set(id, one);

  const on = (type: string, note: (entry: never) => void, more: object = {}) => {
    const take = (entries: PerformanceEntryList) => {
      for (const entry of entries) note(entry as never);
    };
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    observer.observe({ type, buffered: true, ...more });
    return () => take(observer.takeRecords());
  };
  on("largest-contentful-paint", ({ startTime }: PerformanceEntry) => {
    state.lcpMs = startTime;
  });
  on("layout-shift", ({ value, hadRecentInput }: { value: number; hadRecentInput: boolean }) => {
    if (!hadRecentInput) state.shift += value;
  });
  on("longtask", (task: PerformanceEntry) => {
    tasks.push(task);
    state.longestTaskMs = Math.max(state.longestTaskMs, task.duration);
  });
  const takeEvents = on(
    "event",
    ({ interactionId, name, duration }: { interactionId: number; name: string; duration: number }) => {
      if (!interactionId) return;
      const id = `${performance.timeOrigin} ${interactionId}`;
      const before = interactions.get(id)?.ms ?? 0;
      if (duration > before)
        interactions.set(id, { key: name, page: location.pathname + location.search, ms: duration });
    },
    { durationThreshold: 16 },
  );
  addEventListener("pagehide", () => {
    takeEvents();
    sessionStorage.setItem(KEPT, JSON.stringify([...interactions]));
  });

  const countRows = () => {
    const { length } = document.querySelectorAll("tbody tr[aria-rowindex]");
    state.mountedRows = Math.max(state.mountedRows, length);
  };
  new MutationObserver(countRows).observe(document, { childList: true, subtree: true });
  Object.assign(globalThis, {
    benchLoad: () => {
      const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
      const late = tasks.filter(({ startTime, duration }) => startTime + duration > painted);
      const blockingMs = late.reduce((sum, { duration }) => sum + duration - LONG_MS, 0);
      return { lcpMs: state.lcpMs, shift: state.shift, blockingMs };
    },
    benchInteractions: () => {
      takeEvents();
      return [...interactions.values()];
    },
    benchScrolled: () => ({ mountedRows: state.mountedRows, longestTaskMs: state.longestTaskMs }),
    benchReset: () => {
      Object.assign(state, { mountedRows: 0, longestTaskMs: 0 });
      interactions.clear();
      sessionStorage.removeItem(KEPT);
      countRows();
    },
  });
}

/** Watches every page that the context opens from now on. */
export async function observeAll(context: BrowserContext): Promise<void> {
  // What compiles this file keeps functions' names by a helper that a page does not have.
  await context.addInitScript("globalThis.__name = (named) => named");
  await context.addInitScript(observe);
}

export const loadOf = (page: Page) => page.evaluate<Load>("benchLoad()");
export const interactionsOf = (page: Page) => page.evaluate<Interaction[]>("benchInteractions()");
export const scrolledOf = (page: Page) => page.evaluate<Scrolled>("benchScrolled()");
export const reset = (page: Page) => page.evaluate("benchReset()");

/** Makes the page's processor slower by a factor from now on, over its navigations too. */
export async function slowDown(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate });
}

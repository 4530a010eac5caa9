"use client";
/** The list of sign-ins with the details of one beside it: the first view comes with the page, more is fetched as it is needed. */
import { ArrowUp, CircleHelp, Radio, RotateCw } from "lucide-react";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { AttemptDrawer } from "@/app/(signed-in)/admin/sign-ins/attempt-drawer.client";
import type { CellFilter } from "@/app/(signed-in)/admin/sign-ins/columns";
import { EmptyList } from "@/app/(signed-in)/admin/sign-ins/empty-list";
import { ExportMenu } from "@/app/(signed-in)/admin/sign-ins/export-menu.client";
import { countWords, type FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { KeysDialog, useLetterKeys } from "@/app/(signed-in)/admin/sign-ins/keys-dialog.client";
import { listed, rowsOf } from "@/app/(signed-in)/admin/sign-ins/live-rows";
import { PAGE_SIZE } from "@/app/(signed-in)/admin/sign-ins/page-size";
import { SignInGrid } from "@/app/(signed-in)/admin/sign-ins/sign-in-grid.client";
import { useLive } from "@/app/(signed-in)/admin/sign-ins/use-live.client";
import { type View, viewHref } from "@/app/(signed-in)/admin/sign-ins/view";
import { ViewMenu } from "@/app/(signed-in)/admin/sign-ins/view-menu";
import type { SignIn, SignInFilter } from "@/audit/history";
import { trpc } from "@/trpc/hooks.client";
import { Button, buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { formatClock } from "@/ui/format-time";
import { SkeletonRows } from "@/ui/skeleton";
import { announce } from "@/ui/status-region.client";

type SignInConsoleProps = {
  values: FilterValues;
  filter: SignInFilter;
  cursor: string | null;
  view: View;
  /** Whether the reader administers people. */
  administers: boolean;
};

export function SignInConsole({ values, filter, cursor, view, administers }: SignInConsoleProps) {
  const query = trpc.signIns.list.useInfiniteQuery(
    { filter, limit: PAGE_SIZE },
    { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
  );
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const [watching, setWatching] = useState(false);
  const reading = useRef<HTMLDivElement>(null);
  const utils = trpc.useUtils();
  const shown = useRef<readonly SignIn[]>([]);
  const loadAnew = useCallback(async () => {
    const input = { filter, limit: PAGE_SIZE };
    await utils.signIns.list.cancel(input);
    const page = await utils.client.signIns.list.query(input);
    utils.signIns.list.setInfiniteData(input, { pages: [page], pageParams: [null] });
  }, [utils, filter]);
  const live = useLive({
    filter,
    on: watching,
    isRead: useCallback(() => isRead(reading.current), []),
    listed: useCallback(() => shown.current, []),
    loadAnew,
  });
  const items = useMemo(
    () => listed(rowsOf(data?.pages ?? []), live.entered, hasNextPage),
    [data, live.entered, hasNextPage],
  );
  useEffect(() => {
    shown.current = items;
  }, [items]);
  const [open, setOpen] = useState<SignIn | null>(null);
  // Which row was meant is seen at once; its details, and the room for them, come as soon as they are drawn.
  const detailed = useDeferredValue(open);
  const [helped, setHelped] = useState(false);
  const lettersWork = useLetterKeys();

  const fetchMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  function enterNow() {
    live.enter();
    if ((reading.current?.getBoundingClientRect().top ?? 0) < 0) reading.current?.scrollIntoView();
  }

  async function refresh() {
    const { isSuccess } = await query.refetch();
    if (isSuccess) announce("Refreshed.");
  }

  const details = useMemo(() => {
    if (!detailed) return null;
    // From the row that is open by then: a key may come before the details of the last one are drawn.
    const step = (by: number) =>
      neighbour(items, detailed, by) && (() => setOpen((one) => one && (neighbour(items, one, by) ?? one)));
    return (
      <AttemptDrawer
        item={detailed}
        values={values}
        zone={view.zone}
        administers={administers}
        lettersWork={lettersWork}
        onNext={step(1)}
        onPrevious={step(-1)}
        onClose={() => setOpen(null)}
      />
    );
  }, [detailed, items, values, view.zone, administers, lettersWork]);
  const filterBy = ({ key, value }: CellFilter) => window.location.assign(viewHref({ ...values, [key]: value }, view));

  return (
    <section aria-label="Sign-ins" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2 text-muted text-sm">
        <p>
          {query.data && countWords(items.length, hasNextPage, cursor !== null)}
          {query.data && (
            <span className="max-sm:hidden scripting-none:hidden">
              {" "}
              · as of {formatClock(new Date(query.dataUpdatedAt))} UTC
            </span>
          )}
        </p>
        <div className="flex flex-wrap gap-2">
          {cursor && (
            <a href={viewHref(values, view)} className={buttonClass({ size: "small" })}>
              Newest
            </a>
          )}
          {!cursor && (
            <Button
              size="small"
              weight={watching ? "chosen" : "secondary"}
              aria-pressed={watching}
              onClick={() => setWatching(!watching)}
              className="scripting-none:hidden"
            >
              <Radio className="size-4" />
              Live
            </Button>
          )}
          <Button size="small" onClick={refresh} aria-disabled={query.isFetching} className="scripting-none:hidden">
            <RotateCw className="size-4" />
            Refresh
          </Button>
          <ExportMenu filter={filter} />
          <ViewMenu values={values} view={view} />
          <Button size="small" weight="quiet" onClick={() => setHelped(true)} className="scripting-none:hidden">
            <CircleHelp className="size-4" />
            Keys
          </Button>
        </div>
      </div>
      <QueryProblem query={query} what="the sign-ins" retry={refresh} />
      {query.isPending && (
        <Card>
          <SkeletonRows rows={12} height="h-11" />
        </Card>
      )}
      {/* As high whether something waits or not: what is being read stays where it is. */}
      {watching && (
        <p className="sticky top-0 z-20 -my-1 flex h-10 items-center justify-center bg-page">
          <Button
            size="small"
            weight="quiet"
            aria-disabled={live.waiting === 0}
            onClick={enterNow}
            // As wide, and its words beginning at the same place, however many wait.
            className="w-56 justify-start tabular-nums"
          >
            <ArrowUp className="size-4" />
            {live.state === "connecting" ? "Connecting…" : waitingWords(live.waiting)}
          </Button>
        </p>
      )}
      {query.data && (
        <div ref={reading} className="flex scroll-mt-12 items-start gap-4">
          <Card className="min-w-0 flex-1 overflow-clip">
            {items.length > 0 ? (
              <SignInGrid
                items={items}
                view={view}
                total={hasNextPage || cursor ? null : items.length}
                openId={open?.id ?? null}
                beside={details !== null}
                lettersWork={lettersWork}
                watched={watching}
                onOpen={setOpen}
                onFilter={filterBy}
                onHelp={() => setHelped(true)}
                onEnd={fetchMore}
              />
            ) : (
              <EmptyList values={values} />
            )}
            {isFetchingNextPage && <SkeletonRows rows={3} height="h-11" />}
            {hasNextPage && (
              <p className="flex justify-center p-3 scripting:hidden">
                <a
                  href={viewHref(values, { ...view, pages: true }, query.data.pages.at(-1)?.nextCursor)}
                  className={buttonClass()}
                >
                  Older
                </a>
              </p>
            )}
            {!hasNextPage && items.length > 0 && (
              <p className="px-4 py-3 text-muted text-xs">That is all of them. Your searches here are recorded.</p>
            )}
          </Card>
          {details}
        </div>
      )}
      <KeysDialog open={helped} onClose={() => setHelped(false)} />
    </section>
  );
}

function waitingWords(count: number): string {
  if (count === 0) return "Nothing new waits";
  return count === 1 ? "1 new sign-in" : `${count.toLocaleString("en")} new sign-ins`;
}

/** Whether somebody is in the list: with the pointer, with the focus, or further down in it. */
function isRead(list: HTMLElement | null): boolean {
  if (!list) return false;
  return list.matches(":hover") || list.contains(document.activeElement) || list.getBoundingClientRect().top < 0;
}

/** The row so many below another one, above it where negative. */
function neighbour(items: readonly SignIn[], { id }: SignIn, by: number): SignIn | undefined {
  const place = items.findIndex((item) => item.id === id);
  return place < 0 ? undefined : items[place + by];
}

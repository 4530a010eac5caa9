"use client";
/** The list of sign-ins with the details of one beside it: the first view comes with the page, more is fetched as it is needed. */
import { ArrowUp, CircleHelp, Radio, RotateCw } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { AttemptDrawer } from "@/app/(signed-in)/admin/sign-ins/attempt-drawer.client";
import type { CellFilter } from "@/app/(signed-in)/admin/sign-ins/columns";
import { EmptyList } from "@/app/(signed-in)/admin/sign-ins/empty-list";
import { ExportMenu } from "@/app/(signed-in)/admin/sign-ins/export-menu.client";
import { countWords, type FilterValues } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { KeysDialog, useLetterKeys } from "@/app/(signed-in)/admin/sign-ins/keys-dialog.client";
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
  const [watching, setWatching] = useState(false);
  const reading = useRef<HTMLDivElement>(null);
  const live = useLive(
    filter,
    watching,
    useCallback(() => isRead(reading.current), []),
  );
  const known = query.data?.pages.flatMap((page) => page.items) ?? [];
  const ids = new Set(live.entered.map(({ id }) => id));
  const items = [...live.entered, ...known.filter(({ id }) => !ids.has(id))];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const [open, setOpen] = useState<SignIn | null>(null);
  const [helped, setHelped] = useState(false);
  const lettersWork = useLetterKeys();

  const fetchMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  async function refresh() {
    const { isSuccess } = await query.refetch();
    if (isSuccess) announce("Refreshed.");
  }

  const place = open ? items.findIndex(({ id }) => id === open.id) : -1;
  const step = (by: number) => {
    const next = place < 0 ? undefined : items[place + by];
    return next && (() => setOpen(next));
  };
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
              {watching && live.state === "connecting" ? "Connecting…" : "Live"}
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
      {query.data && (
        <div ref={reading} className="flex items-start gap-4">
          <Card className="min-w-0 flex-1 overflow-clip">
            {live.waiting > 0 && (
              <p className="flex justify-center border-line border-b p-1">
                <Button size="small" weight="quiet" onClick={live.enter}>
                  <ArrowUp className="size-4" />
                  {live.waiting === 1 ? "1 new sign-in" : `${live.waiting} new sign-ins`}
                </Button>
              </p>
            )}
            {items.length > 0 ? (
              <SignInGrid
                items={items}
                view={view}
                total={hasNextPage || cursor ? null : items.length}
                openId={open?.id ?? null}
                lettersWork={lettersWork}
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
          {open && (
            <AttemptDrawer
              item={open}
              values={values}
              zone={view.zone}
              administers={administers}
              lettersWork={lettersWork}
              onNext={step(1)}
              onPrevious={step(-1)}
              onClose={() => setOpen(null)}
            />
          )}
        </div>
      )}
      <KeysDialog open={helped} onClose={() => setHelped(false)} />
    </section>
  );
}

/** Whether somebody is in the list: with the pointer, with the focus, or further down in it. */
function isRead(list: HTMLElement | null): boolean {
  if (!list) return false;
  return list.matches(":hover") || list.contains(document.activeElement) || list.getBoundingClientRect().top < 0;
}

"use client";
/** The list of sign-ins: the first view comes with the page, more is fetched in place. */
import { RotateCw, SearchX } from "lucide-react";
import { LoadMore } from "@/app/_shell/load-more";
import { QueryProblem } from "@/app/_shell/query-problem";
import { describeFilter, type FilterValues, filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { PAGE_SIZE } from "@/app/(signed-in)/admin/sign-ins/page-size";
import { SignInTable } from "@/app/(signed-in)/admin/sign-ins/sign-in-table";
import type { SignInFilter } from "@/audit/history";
import { trpc } from "@/trpc/hooks.client";
import { Button, buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { formatClock } from "@/ui/format-time";
import { SkeletonRows } from "@/ui/skeleton";
import { announce } from "@/ui/status-region.client";

type SignInListProps = { values: FilterValues; filter: SignInFilter; cursor: string | null };

export function SignInList({ values, filter, cursor }: SignInListProps) {
  const query = trpc.signIns.list.useInfiniteQuery(
    { filter, limit: PAGE_SIZE },
    { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
  );
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const nextCursor = query.data?.pages.at(-1)?.nextCursor ?? null;

  async function loadMore() {
    const { data } = await query.fetchNextPage();
    const added = data?.pages.at(-1)?.items.length ?? 0;
    announce(`${added} more loaded.`);
  }

  async function refresh() {
    const { isSuccess } = await query.refetch();
    if (isSuccess) announce("Refreshed.");
  }

  return (
    <section aria-label="Sign-ins" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2 text-muted text-sm">
        <p>
          {query.data && countWords(items.length, nextCursor !== null, cursor !== null)}
          {query.data && (
            <span className="max-sm:hidden scripting-none:hidden">
              {" "}
              · as of {formatClock(new Date(query.dataUpdatedAt))} UTC
            </span>
          )}
        </p>
        <div className="flex gap-2">
          {cursor && (
            <a href={filterHref(values)} className={buttonClass({ size: "small" })}>
              Newest
            </a>
          )}
          <Button size="small" onClick={refresh} aria-disabled={query.isFetching} className="scripting-none:hidden">
            <RotateCw className="size-4" />
            Refresh
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
        <Card className="overflow-hidden">
          {items.length > 0 ? <SignInTable items={items} values={values} /> : <Empty values={values} />}
          {query.isFetchingNextPage && <SkeletonRows rows={3} height="h-11" />}
          {nextCursor && (
            <LoadMore
              olderHref={filterHref(values, nextCursor)}
              loading={query.isFetchingNextPage}
              loadMore={loadMore}
            />
          )}
        </Card>
      )}
    </section>
  );
}

/** How much is shown, without counting what isn't: that would cost more than the list. */
function countWords(shown: number, more: boolean, older: boolean): string {
  const count = shown === 1 ? "1 sign-in" : `${shown} sign-ins`;
  return `${count}${older ? " from an earlier page on" : ""}${more ? ", more below" : ""}`;
}

function Empty({ values }: { values: FilterValues }) {
  const parts = describeFilter(values);
  return (
    <EmptyState
      icon={SearchX}
      title={parts.length > 0 ? "No sign-ins match" : "No sign-ins yet"}
      actions={parts.map(({ key, label, words }) => (
        <a key={key} href={filterHref({ ...values, [key]: undefined })} className={buttonClass({ size: "small" })}>
          Without {label.toLowerCase()}: {words}
        </a>
      ))}
    >
      {parts.length > 0 ? "Loosen the filter to see more:" : "Every attempt from now on appears here."}
    </EmptyState>
  );
}

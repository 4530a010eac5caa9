"use client";
/** The events of the book, newest first: the first ones come with the page, more is fetched in place. */
import { BookOpen } from "lucide-react";
import { LoadMore } from "@/app/_shell/load-more";
import { QueryProblem } from "@/app/_shell/query-problem";
import { AuditEntry } from "@/app/(signed-in)/admin/audit/audit-entry";
import { type AuditValues, auditHref } from "@/app/(signed-in)/admin/audit/audit-filter";
import { PAGE_SIZE } from "@/app/(signed-in)/admin/sign-ins/page-size";
import type { AuditFilter } from "@/audit/audit-log";
import { trpc } from "@/trpc/hooks.client";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { SkeletonRows } from "@/ui/skeleton";
import { announce } from "@/ui/status-region.client";

type AuditListProps = {
  values: AuditValues;
  filter: AuditFilter;
  cursor: string | null;
  /** Whether the reader administers people, and so may open their pages. */
  administers: boolean;
};

export function AuditList({ values, filter, cursor, administers }: AuditListProps) {
  const query = trpc.audit.list.useInfiniteQuery(
    { filter, limit: PAGE_SIZE },
    { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
  );
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const nextCursor = query.data?.pages.at(-1)?.nextCursor ?? null;

  async function loadMore() {
    const { data } = await query.fetchNextPage();
    announce(`${data?.pages.at(-1)?.items.length ?? 0} more loaded.`);
  }

  return (
    <section aria-label="Events" className="flex flex-col gap-3">
      <QueryProblem query={query} what="the events" retry={() => void query.refetch()} />
      <Card>
        {query.isPending && <SkeletonRows rows={12} height="h-16" />}
        {query.data && items.length === 0 && (
          <EmptyState icon={BookOpen} title="No events match">
            Loosen the filter to see more.
          </EmptyState>
        )}
        <ul className="divide-y divide-line">
          {items.map((event) => (
            <AuditEntry key={event.id} event={event} values={values} administers={administers} />
          ))}
        </ul>
        {nextCursor && (
          <LoadMore
            olderHref={auditHref(values, nextCursor)}
            loading={query.isFetchingNextPage}
            loadMore={() => void loadMore()}
          />
        )}
      </Card>
      <p className="text-muted text-xs">Your searches here are recorded.</p>
    </section>
  );
}

"use client";
/** The list of organizations: the first view comes with the page, more is fetched in place. */
import { Building2 } from "lucide-react";
import { LoadMore } from "@/app/_shell/load-more";
import { QueryProblem } from "@/app/_shell/query-problem";
import { OrganizationTable } from "@/app/(signed-in)/admin/organizations/organization-table";
import { organizationsHref } from "@/app/(signed-in)/admin/organizations/organization-words";
import { ORGANIZATIONS_PAGE_SIZE } from "@/app/(signed-in)/admin/organizations/page-size";
import { trpc } from "@/trpc/hooks.client";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { SkeletonRows } from "@/ui/skeleton";
import { announce } from "@/ui/status-region.client";

export function OrganizationList({ search, cursor }: { search: string; cursor: string | null }) {
  const query = trpc.organizations.list.useInfiniteQuery(
    { search, limit: ORGANIZATIONS_PAGE_SIZE },
    { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
  );
  const organizations = query.data?.pages.flatMap((page) => page.items) ?? [];
  const nextCursor = query.data?.pages.at(-1)?.nextCursor ?? null;

  async function loadMore() {
    const { data } = await query.fetchNextPage();
    announce(`${data?.pages.at(-1)?.items.length ?? 0} more loaded.`);
  }

  return (
    <section aria-label="Organizations" className="flex flex-col gap-3">
      {cursor && (
        <p>
          <a href={organizationsHref(search)} className={buttonClass({ size: "small" })}>
            From the beginning
          </a>
        </p>
      )}
      <QueryProblem query={query} what="the organizations" retry={() => void query.refetch()} />
      {query.isPending && (
        <Card>
          <SkeletonRows rows={4} height="h-14" />
        </Card>
      )}
      {query.data && (
        <Card className="overflow-hidden">
          {organizations.length > 0 ? (
            <OrganizationTable organizations={organizations} />
          ) : (
            <EmptyState
              icon={Building2}
              title={search ? "Nothing matches" : "No organizations yet"}
              actions={
                search && (
                  <a href={organizationsHref("")} className={buttonClass({ size: "small" })}>
                    Show all
                  </a>
                )
              }
            >
              {search ? (
                <span className="[overflow-wrap:anywhere]">No name, slug or domain contains “{search}”.</span>
              ) : (
                "They appear here once there is one that you administer."
              )}
            </EmptyState>
          )}
          {query.isFetchingNextPage && <SkeletonRows rows={3} height="h-14" />}
          {nextCursor && (
            <LoadMore
              olderHref={organizationsHref(search, nextCursor)}
              olderWord="Next page"
              loading={query.isFetchingNextPage}
              loadMore={loadMore}
            />
          )}
        </Card>
      )}
    </section>
  );
}

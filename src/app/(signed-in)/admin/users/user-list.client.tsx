"use client";
/** The list of people: the first view comes with the page, more is fetched in place. */
import { UserRoundX } from "lucide-react";
import { LoadMore } from "@/app/_shell/load-more";
import { QueryProblem } from "@/app/_shell/query-problem";
import { PEOPLE_PAGE_SIZE } from "@/app/(signed-in)/admin/users/page-size";
import { UserTable } from "@/app/(signed-in)/admin/users/user-table";
import { usersHref } from "@/app/(signed-in)/admin/users/user-words";
import { trpc } from "@/trpc/hooks.client";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { SkeletonRows } from "@/ui/skeleton";
import { announce } from "@/ui/status-region.client";

export function UserList({ search, cursor }: { search: string; cursor: string | null }) {
  const query = trpc.users.list.useInfiniteQuery(
    { search, limit: PEOPLE_PAGE_SIZE },
    { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
  );
  const people = query.data?.pages.flatMap((page) => page.items) ?? [];
  const nextCursor = query.data?.pages.at(-1)?.nextCursor ?? null;

  async function loadMore() {
    const { data } = await query.fetchNextPage();
    announce(`${data?.pages.at(-1)?.items.length ?? 0} more loaded.`);
  }

  return (
    <section aria-label="Users" className="flex flex-col gap-3">
      {people.length > 0 && (
        <div className="flex flex-wrap items-center justify-between gap-2 text-muted text-sm">
          <p>{countWords(people.length, nextCursor !== null, cursor !== null)}</p>
          {cursor && (
            <a href={usersHref(search)} className={buttonClass({ size: "small" })}>
              From the beginning
            </a>
          )}
        </div>
      )}
      <QueryProblem query={query} what="the users" retry={() => void query.refetch()} />
      {query.isPending && (
        <Card>
          <SkeletonRows rows={8} height="h-14" />
        </Card>
      )}
      {query.data && (
        <Card className="overflow-hidden">
          {people.length > 0 ? <UserTable people={people} /> : <Empty search={search} />}
          {query.isFetchingNextPage && <SkeletonRows rows={3} height="h-14" />}
          {nextCursor && (
            <LoadMore
              olderHref={usersHref(search, nextCursor)}
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

/** How many are shown, without counting who isn't: that would cost more than the list. */
function countWords(shown: number, more: boolean, later: boolean): string {
  const count = shown === 1 ? "1 person" : `${shown} people`;
  return `${count}${later ? " from a later page on" : ""}${more ? ", more below" : ""}, by email`;
}

function Empty({ search }: { search: string }) {
  if (!search) {
    return (
      <EmptyState icon={UserRoundX} title="Nobody here">
        People appear here once they belong to an organization that you administer.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={UserRoundX}
      title="Nobody matches"
      actions={
        <a href={usersHref("")} className={buttonClass({ size: "small" })}>
          Show everybody
        </a>
      }
    >
      <span className="[overflow-wrap:anywhere]">No email and no name contains “{search}”.</span>
    </EmptyState>
  );
}

"use client";
/** The members of an organization: the first view comes with the page, more is fetched in place. */
import { UserRoundX } from "lucide-react";
import { useRef, useState } from "react";
import { LoadMore } from "@/app/_shell/load-more";
import { QueryProblem } from "@/app/_shell/query-problem";
import { ActProblem } from "@/app/(signed-in)/admin/act-problem";
import { MemberTable } from "@/app/(signed-in)/admin/organizations/[id]/member-table";
import type { OrganizationDetails } from "@/app/(signed-in)/admin/organizations/[id]/organization.client";
import { organizationHref } from "@/app/(signed-in)/admin/organizations/organization-words";
import { MEMBERS_PAGE_SIZE } from "@/app/(signed-in)/admin/organizations/page-size";
import { type AskedMembership, RoleDialogs } from "@/app/(signed-in)/admin/role-dialogs.client";
import { useActs } from "@/app/(signed-in)/admin/use-acts.client";
import { trpc } from "@/trpc/hooks.client";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { SkeletonRows } from "@/ui/skeleton";
import { announce } from "@/ui/status-region.client";

type MemberListProps = {
  organization: OrganizationDetails;
  visitorId: string;
  search: string;
  cursor: string | null;
};

export function MemberList({ organization, visitorId, search, cursor }: MemberListProps) {
  const { id, name, grantableRoles } = organization;
  const [asked, setAsked] = useState<AskedMembership | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const utils = trpc.useUtils();
  const acts = useActs(() =>
    Promise.all([utils.organizations.members.list.invalidate(), utils.organizations.get.invalidate()]),
  );
  const query = trpc.organizations.members.list.useInfiniteQuery(
    { organizationId: id, search, limit: MEMBERS_PAGE_SIZE },
    { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
  );
  const members = query.data?.pages.flatMap((page) => page.items) ?? [];
  const nextCursor = query.data?.pages.at(-1)?.nextCursor ?? null;

  async function loadMore() {
    const { data } = await query.fetchNextPage();
    announce(`${data?.pages.at(-1)?.items.length ?? 0} more loaded.`);
  }

  return (
    <div ref={place} tabIndex={-1} className="flex flex-col gap-3">
      <ActProblem problem={acts.problem} />
      <QueryProblem query={query} what="the members" retry={() => void query.refetch()} />
      {cursor && (
        <p>
          <a href={organizationHref(id, search)} className={buttonClass({ size: "small" })}>
            From the beginning
          </a>
        </p>
      )}
      {query.isPending && (
        <Card>
          <SkeletonRows rows={4} height="h-14" />
        </Card>
      )}
      {query.data && (
        <Card className="overflow-hidden">
          {members.length > 0 ? (
            <MemberTable
              members={members}
              visitorId={visitorId}
              grantableRoles={grantableRoles}
              ask={(act, { id: userId, email, role }) =>
                setAsked({ act, userId, email, role, organizationId: id, organization: name })
              }
            />
          ) : (
            <EmptyState icon={UserRoundX} title={search ? "Nobody matches" : "No members yet"}>
              {search ? (
                <span className="[overflow-wrap:anywhere]">No member's email or name contains “{search}”.</span>
              ) : (
                "Invite its owner below."
              )}
            </EmptyState>
          )}
          {query.isFetchingNextPage && <SkeletonRows rows={3} height="h-14" />}
          {nextCursor && (
            <LoadMore
              olderHref={organizationHref(id, search, nextCursor)}
              olderWord="Next page"
              loading={query.isFetchingNextPage}
              loadMore={loadMore}
            />
          )}
        </Card>
      )}
      <RoleDialogs
        asked={asked}
        roles={grantableRoles}
        acts={acts}
        close={() => setAsked(null)}
        closed={() => place.current?.focus()}
      />
    </div>
  );
}

/** /account/activity: the visitor's own sign-ins, and what others tried with their address. Was it me? */
import type { Metadata } from "next";
import { ActivityList } from "@/app/(signed-in)/account/activity/activity-list.client";
import { ACTIVITY_PAGE_SIZE } from "@/app/(signed-in)/account/activity/page-size";
import { WasntMe } from "@/app/(signed-in)/account/activity/wasnt-me.client";
import { oneParam, type SearchParams } from "@/app/search-params";
import { decodeCursor } from "@/audit/history";
import { requireSession } from "@/auth/session.server";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { PageHeader } from "@/ui/page-header";

export const metadata: Metadata = { title: "Activity" };

export default async function ActivityPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const given = oneParam(await searchParams, "cursor");
  const cursor = given && decodeCursor(given) ? given : null;
  await requireSession("/account/activity");
  await trpc.account.activity.prefetchInfinite(
    { limit: ACTIVITY_PAGE_SIZE, cursor },
    { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
  );
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <PageHeader title="Activity">Every time somebody signed in to your account, or tried to.</PageHeader>
      <WasntMe />
      <HydrateClient>
        <ActivityList key={cursor} cursor={cursor} />
      </HydrateClient>
    </div>
  );
}

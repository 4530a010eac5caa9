"use client";
/** The visitor's own activity, day by day, in sentences. */
import clsx from "clsx";
import { Check, ClockCheck, X } from "lucide-react";
import { LoadMore } from "@/app/_shell/load-more";
import { QueryProblem } from "@/app/_shell/query-problem";
import { providerName, signedInSentence } from "@/app/_words/methods";
import { ownReasonSentence } from "@/app/_words/reasons";
import { ownSignalReason, signalName } from "@/app/_words/signals";
import { byDay } from "@/app/(signed-in)/account/activity/by-day";
import { ACTIVITY_PAGE_SIZE } from "@/app/(signed-in)/account/activity/page-size";
import type { SignIn } from "@/audit/history";
import { trpc } from "@/trpc/hooks.client";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { formatDay } from "@/ui/format-time";
import { SkeletonRows } from "@/ui/skeleton";
import { announce } from "@/ui/status-region.client";
import { Time } from "@/ui/time";

export function ActivityList({ cursor }: { cursor: string | null }) {
  const query = trpc.account.activity.useInfiniteQuery(
    { limit: ACTIVITY_PAGE_SIZE },
    { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
  );
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const nextCursor = query.data?.pages.at(-1)?.nextCursor ?? null;

  async function loadMore() {
    const { data } = await query.fetchNextPage();
    announce(`${data?.pages.at(-1)?.items.length ?? 0} more loaded.`);
  }

  return (
    <div className="flex flex-col gap-6">
      <QueryProblem query={query} what="your activity" retry={() => void query.refetch()} />
      {query.isPending && (
        <Card>
          <SkeletonRows rows={8} height="h-16" />
        </Card>
      )}
      {query.data && items.length === 0 && (
        <Card>
          <EmptyState icon={ClockCheck} title="No activity yet" />
        </Card>
      )}
      {byDay(items).map(({ date, items }) => (
        <section key={date} aria-labelledby={`day-${date}`} className="flex flex-col gap-2">
          <h2 id={`day-${date}`} className="font-semibold text-sm">
            <time dateTime={date}>{formatDay(new Date(date))}</time>
          </h2>
          <Card>
            <ul className="divide-y divide-line">
              {items.map((item) => (
                <Entry key={item.id} item={item} />
              ))}
            </ul>
          </Card>
        </section>
      ))}
      {nextCursor && (
        <LoadMore
          olderHref={`/account/activity?cursor=${encodeURIComponent(nextCursor)}`}
          loading={query.isFetchingNextPage}
          loadMore={loadMore}
        />
      )}
    </div>
  );
}

function Entry({ item }: { item: SignIn }) {
  const succeeded = item.status === "success";
  const Icon = succeeded ? Check : X;
  return (
    <li className="flex gap-3 px-4 py-3 text-sm">
      <Icon className={clsx("mt-0.5 size-4 shrink-0", succeeded ? "text-success" : "text-failure")} strokeWidth={2.5} />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <div className="flex items-baseline justify-between gap-4">
          <p className="font-medium">
            {succeeded ? signedInSentence(item) : ownReasonSentence(item.failureReason, providerName(item.provider))}
          </p>
          <Time at={item.occurredAt} to="clock" className="text-muted" />
        </div>
        <p className="text-muted">
          {item.device ?? "Unknown browser"} · <span className="tabular-nums">{item.ip ?? "unknown address"}</span>
        </p>
        {item.signals.map((signal) => (
          <p key={signal.kind} className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1">
            <Badge>{signalName(signal.kind)}</Badge>
            <span className="min-w-0">{ownSignalReason(signal)}</span>
          </p>
        ))}
      </div>
    </li>
  );
}

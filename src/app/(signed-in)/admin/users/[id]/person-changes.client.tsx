"use client";
/** What was changed of one person, by whom, field by field. The first ones come with the page, more is fetched in place. */
import { QueryProblem } from "@/app/_shell/query-problem";
import { actWords, changeLines } from "@/app/_words/changes";
import { changesInput } from "@/app/(signed-in)/admin/users/[id]/shown";
import { userHref } from "@/app/(signed-in)/admin/users/user-words";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { SkeletonRows } from "@/ui/skeleton";
import { announce } from "@/ui/status-region.client";
import { Time } from "@/ui/time";

type Change = RouterOutputs["users"]["changes"]["items"][number];

export function PersonChanges({ userId }: { userId: string }) {
  const query = trpc.users.changes.useInfiniteQuery(changesInput(userId), {
    initialCursor: null,
    getNextPageParam: (last) => last.nextCursor,
  });
  const changes = query.data?.pages.flatMap((page) => page.items) ?? [];

  async function loadMore() {
    const { data } = await query.fetchNextPage();
    announce(`${data?.pages.at(-1)?.items.length ?? 0} more loaded.`);
  }

  return (
    <>
      <QueryProblem query={query} what="the changes" retry={() => void query.refetch()} />
      <Card>
        {query.isPending && <SkeletonRows rows={4} height="h-14" />}
        {query.data && changes.length === 0 && <p className="px-4 py-3 text-muted text-sm">No change on record.</p>}
        <ul className="divide-y divide-line text-sm">
          {changes.map((change) => (
            <ChangeEntry key={change.id} change={change} userId={userId} />
          ))}
        </ul>
        {query.hasNextPage && (
          <p className="border-line border-t px-4 py-3 scripting-none:hidden">
            <Button
              size="small"
              aria-disabled={query.isFetchingNextPage}
              onClick={() => query.isFetchingNextPage || void loadMore()}
            >
              {query.isFetchingNextPage ? "Loading…" : "Load older changes"}
            </Button>
          </p>
        )}
      </Card>
    </>
  );
}

function ChangeEntry({ change, userId }: { change: Change; userId: string }) {
  const { occurredAt, action, status, failureReason, changes, organization } = change;
  return (
    <li className="grid gap-x-4 gap-y-0.5 px-4 py-3 sm:grid-cols-[10rem_1fr]">
      <Time at={occurredAt} to="minute" className="text-muted" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p>
          <span className="font-medium">{actWords(action)}</span>
          {status === "failure" && <span className="text-failure"> · refused: {failureReason}</span>}
          <span className="text-muted">
            {organization && ` · ${organization}`} · <ByWhom change={change} userId={userId} />
          </span>
        </p>
        {changeLines(changes).map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
    </li>
  );
}

function ByWhom({ change: { actor }, userId }: { change: Change; userId: string }) {
  if (actor === null) return "by the system";
  if (actor.id === userId) return "by themselves";
  return (
    <>
      by{" "}
      <a href={userHref(actor.id)} className="underline decoration-control underline-offset-2">
        {actor.email ?? "somebody who is gone"}
      </a>
    </>
  );
}

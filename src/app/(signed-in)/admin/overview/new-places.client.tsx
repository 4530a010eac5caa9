"use client";
/** The newest sign-ins from a device or a network from which the person had not signed in before. */
import { MonitorSmartphone } from "lucide-react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { signalName, signalReason } from "@/app/_words/signals";
import { filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import type { SignIn } from "@/audit/history";
import { trpc } from "@/trpc/hooks.client";
import { Badge } from "@/ui/badge";
import { Card, Section } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { SkeletonRows } from "@/ui/skeleton";
import { Time } from "@/ui/time";

export function NewPlaces() {
  const query = trpc.overview.newPlaces.useQuery();
  return (
    <Section
      id="new-places"
      title="Newest devices and networks"
      hint={
        <>
          Of the last 30 days.{" "}
          <a href={filterHref({ signal: "new_device,new_network" })} className="text-accent underline">
            All of them
          </a>
        </>
      }
    >
      <QueryProblem query={query} what="the newest devices" retry={() => void query.refetch()} />
      <Card>
        {query.isPending && <SkeletonRows rows={4} height="h-16" />}
        {query.data?.length === 0 && (
          <EmptyState icon={MonitorSmartphone} title="Nobody came from anywhere new">
            The first device and the first network of a person are no news; the next ones appear here.
          </EmptyState>
        )}
        <ul className="divide-y divide-line">
          {query.data?.map((signIn) => (
            <NewPlace key={signIn.id} signIn={signIn} />
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function NewPlace({ signIn }: { signIn: SignIn }) {
  const { email, claimedEmail, requestId, occurredAt, signals } = signIn;
  const who = email ?? claimedEmail ?? "nobody named";
  // The request of the attempt is what its row is found by.
  const href = filterHref(requestId === null ? { email: who } : { requestId });
  return (
    <li className="flex flex-col gap-1 px-4 py-3 text-sm [overflow-wrap:anywhere]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <a href={href} className="min-w-0 font-medium underline-offset-4 hover:underline">
          {who}
        </a>
        {signals.map(({ kind }) => (
          <Badge key={kind}>{signalName(kind)}</Badge>
        ))}
        <Time at={occurredAt} to="minute" className="text-muted max-sm:basis-full sm:ml-auto" />
      </div>
      <p className="text-muted">{signals.map(signalReason).join(" ")}</p>
    </li>
  );
}

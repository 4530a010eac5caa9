"use client";
/** The session inspector, for its page and for the panel of the developer tools. */
import { useId } from "react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { CallList } from "@/app/(signed-in)/dev/session/call-list";
import { ServerClock } from "@/app/(signed-in)/dev/session/clock.client";
import { EventList } from "@/app/(signed-in)/dev/session/event-list";
import { ClaimList, CookieFacts, RoleList, SignInFacts } from "@/app/(signed-in)/dev/session/facts";
import { InspectorActions } from "@/app/(signed-in)/dev/session/inspector-actions.client";
import { LifetimeList } from "@/app/(signed-in)/dev/session/lifetimes";
import { useSessionEvents } from "@/app/(signed-in)/dev/session/session-events.client";
import { useCalls } from "@/trpc/call-log.client";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Card, Section } from "@/ui/card";
import { SkeletonRows } from "@/ui/skeleton";

type InspectorProps = {
  /** The request whose events are shown; null for all. */
  requestId: string | null;
  chooseRequest: (requestId: string | null) => void;
};

export function Inspector(props: InspectorProps) {
  const query = trpc.session.inspect.useQuery();
  return (
    <div className="@container flex flex-col gap-6">
      <QueryProblem query={query} what="the session" retry={() => void query.refetch()} />
      {query.isPending && (
        <Card>
          <SkeletonRows rows={8} height="h-14" />
        </Card>
      )}
      {query.data && <Inspected {...props} inspection={query.data} receivedAt={query.dataUpdatedAt} />}
    </div>
  );
}

type InspectedProps = InspectorProps & { inspection: RouterOutputs["session"]["inspect"]; receivedAt: number };

function Inspected({ inspection, receivedAt, requestId, chooseRequest }: InspectedProps) {
  const calls = useCalls();
  const { events, live } = useSessionEvents(inspection.events, requestId, inspection.at);
  // The page and the panel may stand in one document.
  const id = useId();
  return (
    <ServerClock at={inspection.at} receivedAt={receivedAt}>
      <InspectorActions
        sid={inspection.sid}
        canSimulate={inspection.canSimulate}
        json={() => JSON.stringify({ ...inspection, events, calls }, null, 2)}
      />
      <div className="grid items-start gap-x-8 gap-y-6 @5xl:grid-cols-[minmax(0,1fr)_27rem]">
        <div className="flex min-w-0 flex-col gap-6">
          <Section id={`${id}lifetimes`} title="Lifetimes">
            <LifetimeList lifetimes={inspection.lifetimes} />
          </Section>
          <Section id={`${id}sign-in`} title="Sign-in">
            <SignInFacts inspection={inspection} />
          </Section>
          <Section id={`${id}roles`} title="Roles" hint="Read anew with every request.">
            <RoleList inspection={inspection} />
          </Section>
          <Section id={`${id}cookie`} title="Cookie">
            <CookieFacts inspection={inspection} />
          </Section>
          <Section id={`${id}claims`} title="Claims" hint="All that the encrypted token holds.">
            <ClaimList inspection={inspection} />
          </Section>
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <Section id={`${id}events`} title="Events">
            <EventList events={events} live={live} requestId={requestId} chooseRequest={chooseRequest} />
          </Section>
          <Section id={`${id}calls`} title="Calls">
            <CallList calls={calls} chooseRequest={chooseRequest} />
          </Section>
        </div>
      </div>
    </ServerClock>
  );
}

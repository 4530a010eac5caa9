"use client";
/** What else is in the book of the same request and the same session, in the order in which it happened. */
import { reasonWords } from "@/app/_words/reasons";
import type { SignIn } from "@/audit/history";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Skeleton } from "@/ui/skeleton";

type Event = RouterOutputs["audit"]["list"]["items"][number];

/** Enough for a request, and the beginning of a long session. */
const MOST = 50;

export function RelatedEvents({ item }: { item: SignIn }) {
  return (
    <>
      {item.requestId && <Timeline title="In the same request" item={item} filter={{ requestId: item.requestId }} />}
      {item.sessionId && <Timeline title="In the same session" item={item} filter={{ sessionId: item.sessionId }} />}
    </>
  );
}

type TimelineProps = { title: string; item: SignIn; filter: { requestId: string } | { sessionId: string } };

function Timeline({ title, item, filter }: TimelineProps) {
  const query = trpc.audit.list.useQuery({ filter, limit: MOST });
  const events = query.data?.items.toReversed();
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <h3 className="font-medium text-muted text-xs">{title}</h3>
      {query.isPending && <Skeleton className="h-8 w-full" />}
      {query.isError && <p className="text-muted">Couldn't be loaded.</p>}
      {events && (
        <ol className="flex flex-col">
          {events.map((event) => (
            <Entry key={event.id} event={event} since={item.occurredAt} own={event.id === item.id} />
          ))}
        </ol>
      )}
    </section>
  );
}

/** `+2 ms`, `+3 s`, `-1 min`: how long after the attempt. */
function sinceWords(at: Date, since: Date): string {
  const ms = at.getTime() - since.getTime();
  const size = Math.abs(ms);
  const sign = ms < 0 ? "-" : "+";
  if (size < 1000) return `${sign}${size} ms`;
  if (size < 60_000) return `${sign}${Math.round(size / 1000)} s`;
  if (size < 3_600_000) return `${sign}${Math.round(size / 60_000)} min`;
  return `${sign}${Math.round(size / 3_600_000)} h`;
}

function Entry({ event, since, own }: { event: Event; since: Date; own: boolean }) {
  return (
    <li className="flex min-h-8 items-center gap-3 border-line border-l-2 pl-3">
      <span className="w-16 shrink-0 text-muted text-xs tabular-nums">{sinceWords(event.occurredAt, since)}</span>
      <code className={own ? "font-mono font-semibold text-xs" : "font-mono text-xs"}>{event.action}</code>
      {event.failureReason && <span className="text-failure text-xs">{reasonWords(event.failureReason)}</span>}
    </li>
  );
}

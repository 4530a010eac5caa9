/** The session's events as entries: what, how it ended, when, and in which request. */
import { inspectorHref } from "@/app/(signed-in)/dev/session/inspector-href";
import { RequestLink } from "@/app/(signed-in)/dev/session/request-link";
import type { SessionEvent } from "@/app/(signed-in)/dev/session/session-events.client";
import { ShortList } from "@/app/(signed-in)/dev/session/short-list.client";
import { Badge } from "@/ui/badge";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { Outcome } from "@/ui/outcome";
import { Time } from "@/ui/time";

type EventListProps = {
  events: SessionEvent[];
  live: boolean;
  requestId: string | null;
  chooseRequest: (requestId: string | null) => void;
};

export function EventList({ events, live, requestId, chooseRequest }: EventListProps) {
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b px-4 py-2">
        <p className="min-w-0 text-muted text-xs [overflow-wrap:anywhere]">
          {requestId === null ? "All of this session" : `Of the request ${requestId}`}
        </p>
        <span className="flex items-center gap-2">
          {requestId !== null && (
            <a
              href={inspectorHref(null)}
              className={buttonClass({ size: "small" })}
              onClick={(event) => {
                event.preventDefault();
                chooseRequest(null);
              }}
            >
              All events
            </a>
          )}
          <Badge tone={live ? "accent" : "neutral"}>{live ? "Live" : "Connecting…"}</Badge>
        </span>
      </div>
      {events.length === 0 ? (
        <p className="px-4 py-3 text-muted text-sm">
          {requestId === null
            ? "No events yet."
            : "This request has left no event in this session. Reads mostly leave none."}
        </p>
      ) : (
        <ShortList
          noun="events"
          items={events.map((event) => (
            <li key={event.id} className="flex flex-col gap-0.5 px-4 py-2.5 text-sm">
              <span className="flex flex-wrap items-center justify-between gap-x-3">
                <code className="font-mono font-semibold text-xs/5 [overflow-wrap:anywhere]">{event.action}</code>
                <span className="text-xs">
                  <Outcome status={event.status}>
                    {event.status === "success" ? "Succeeded" : (event.failureReason ?? "Failed")}
                  </Outcome>
                </span>
              </span>
              {Object.keys(event.details).length > 0 && (
                <code className="font-mono text-muted text-xs [overflow-wrap:anywhere]">
                  {JSON.stringify(event.details)}
                </code>
              )}
              <span className="flex flex-wrap items-center gap-x-3 text-muted text-xs">
                <Time at={event.occurredAt} />
                {event.requestId && <RequestLink requestId={event.requestId} chooseRequest={chooseRequest} />}
              </span>
            </li>
          ))}
        />
      )}
    </Card>
  );
}

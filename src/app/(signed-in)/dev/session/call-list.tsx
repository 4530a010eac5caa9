/** The calls of this tab: what was asked, how it ended, how long it took, and in which request. */
import { RequestLink } from "@/app/(signed-in)/dev/session/request-link";
import { ShortList } from "@/app/(signed-in)/dev/session/short-list.client";
import { type Call, clearCalls } from "@/trpc/call-log.client";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Outcome } from "@/ui/outcome";
import { Time } from "@/ui/time";

/** Neither an answer nor a failure. */
const UNDER_WAY: Record<string, string> = { OPEN: "Under way", LEFT: "Page left" };

type CallListProps = { calls: readonly Call[]; chooseRequest: (requestId: string) => void };

export function CallList({ calls, chooseRequest }: CallListProps) {
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-between gap-2 border-line border-b px-4 py-2">
        <p className="text-muted text-xs">Asked by this tab</p>
        <Button size="small" weight="quiet" onClick={clearCalls}>
          Clear
        </Button>
      </div>
      {calls.length === 0 ? (
        <p className="px-4 py-3 text-muted text-sm">
          Nothing yet. What the server asks while it makes a page is not seen here.
        </p>
      ) : (
        <ShortList
          noun="calls"
          items={calls.map((call) => (
            <li key={call.id} className="flex flex-col gap-0.5 px-4 py-2.5 text-sm">
              <span className="flex flex-wrap items-center justify-between gap-x-3">
                <code className="font-mono font-semibold text-xs/5 [overflow-wrap:anywhere]">{call.path}</code>
                <span className="text-xs">
                  {UNDER_WAY[call.code] ? (
                    <span className="text-muted">{UNDER_WAY[call.code]}</span>
                  ) : (
                    <Outcome status={call.code === "OK" ? "success" : "failure"}>{call.code}</Outcome>
                  )}
                </span>
              </span>
              <span className="flex flex-wrap items-center gap-x-3 text-muted text-xs">
                <span>{call.kind}</span>
                {call.ms !== null && <span className="tabular-nums">{call.ms.toLocaleString("en")} ms</span>}
                <Time at={new Date(call.at)} />
                {call.requestId && <RequestLink requestId={call.requestId} chooseRequest={chooseRequest} />}
              </span>
            </li>
          ))}
        />
      )}
    </Card>
  );
}

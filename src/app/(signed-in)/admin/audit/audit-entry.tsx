/** One event: what was done, by whom, to whom, from what to what; and all else that is known of it, folded away. */
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { actWords, changeLines } from "@/app/_words/changes";
import { reasonWords } from "@/app/_words/reasons";
import { type AuditValues, auditHref } from "@/app/(signed-in)/admin/audit/audit-filter";
import { userHref } from "@/app/(signed-in)/admin/users/user-words";
import type { AuditEvent } from "@/audit/audit-log";
import { Facts } from "@/ui/card";
import { CopyButton } from "@/ui/copy-button.client";
import { Outcome } from "@/ui/outcome";
import { Time } from "@/ui/time";

type AuditEntryProps = { event: AuditEvent; values: AuditValues; administers: boolean };

const linkClass = "underline decoration-control underline-offset-2";

export function AuditEntry({ event, values, administers }: AuditEntryProps) {
  const lines = changeLines(event.changes);
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-3 text-sm md:grid-cols-[11rem_1fr]">
      <Time at={event.occurredAt} className="text-muted" />
      <div className="flex min-w-0 flex-col gap-1 [overflow-wrap:anywhere]">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium">{actWords(event.action)}</span>
          {event.status === "failure" && (
            <Outcome status="failure">{reasonWords(event.failureReason ?? "failed")}</Outcome>
          )}
          <span className="text-muted">
            by <Actor event={event} administers={administers} />
            <Target event={event} administers={administers} />
          </span>
        </p>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
        <details className="group">
          <summary className="inline-flex min-h-6 list-none items-center gap-1 text-muted text-xs">
            <ChevronRight className="size-4 group-open:rotate-90" />
            Details
            <span className="sr-only">
              {" "}
              of {actWords(event.action)} at {event.occurredAt.toISOString()}
            </span>
          </summary>
          <div className="my-2 rounded-md border border-line">
            <Facts facts={factsOf(event, values)} />
          </div>
          <CopyButton text={() => JSON.stringify(event, null, 2)}>Copy JSON</CopyButton>
        </details>
      </div>
    </li>
  );
}

function Person({ id, email, administers }: { id: string; email: string | null; administers: boolean }) {
  const words = email ?? "somebody who is gone";
  if (!administers || email === null) return words;
  return (
    <a href={userHref(id)} className={linkClass}>
      {words}
    </a>
  );
}

function Actor({ event, administers }: { event: AuditEvent; administers: boolean }) {
  if (event.actorType === "system") return "the system";
  if (event.actorType === "anonymous" || event.actorId === null) return "nobody known";
  return <Person id={event.actorId} email={event.actorEmail} administers={administers} />;
}

/** Whom or what it was done to, where that is not who did it. */
function Target({ event, administers }: { event: AuditEvent; administers: boolean }) {
  const { targetId, targetType, actorId } = event;
  if (targetId === null || targetId === actorId) return null;
  return (
    <>
      {" · to "}
      {targetType === "user" ? (
        <Person id={targetId} email={event.targetEmail} administers={administers} />
      ) : (
        `${targetType} ${targetId}`
      )}
    </>
  );
}

function factsOf(event: AuditEvent, values: AuditValues): { name: string; value: ReactNode }[] {
  const mono = (text: string) => <code className="font-mono text-xs">{text}</code>;
  const link = (more: AuditValues, text: string) => (
    <a href={auditHref({ ...values, ...more })} className={linkClass}>
      {mono(text)}
    </a>
  );
  const { actorId, targetId, requestId, sessionId } = event;
  return [
    { name: "Action", value: link({ action: event.action }, event.action) },
    ...(actorId ? [{ name: "Who", value: link({ actorId }, actorId) }] : []),
    ...(targetId ? [{ name: `Target (${event.targetType})`, value: link({ targetId }, targetId) }] : []),
    ...(requestId ? [{ name: "Request", value: link({ requestId }, requestId) }] : []),
    ...(sessionId ? [{ name: "Session", value: link({ sessionId }, sessionId) }] : []),
    ...(event.ip ? [{ name: "Address", value: event.ip }] : []),
    ...(event.device ? [{ name: "Device, as reported", value: event.device }] : []),
    ...(event.provider ? [{ name: "Provider", value: event.provider }] : []),
    ...(Object.keys(event.details).length > 0 ? [{ name: "More", value: mono(JSON.stringify(event.details)) }] : []),
    { name: "Event", value: mono(event.id) },
    { name: "Recorded", value: <Time at={event.recordedAt} /> },
  ];
}

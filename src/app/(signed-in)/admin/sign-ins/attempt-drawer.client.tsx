"use client";
/**
 * One attempt in full, beside the list it was opened from: what happened as a sentence, every fact of it, and what else
 * happened in the same request and session. On small screens it takes the whole of one.
 */
import { ChevronDown, ChevronRight, ChevronUp, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { attemptSentence } from "@/app/_words/attempts";
import { methodWords, providerName, secondFactorWords } from "@/app/_words/methods";
import { reasonWords } from "@/app/_words/reasons";
import { signalName, signalReason } from "@/app/_words/signals";
import { EndSession } from "@/app/(signed-in)/admin/sign-ins/end-session.client";
import { type FilterValues, filterHref } from "@/app/(signed-in)/admin/sign-ins/filter-words";
import { RelatedEvents } from "@/app/(signed-in)/admin/sign-ins/related-events.client";
import type { View } from "@/app/(signed-in)/admin/sign-ins/view";
import { userHref } from "@/app/(signed-in)/admin/users/user-words";
import type { SignIn } from "@/audit/history";
import { Badge } from "@/ui/badge";
import { Button, buttonClass } from "@/ui/button";
import { Facts } from "@/ui/card";
import { CopyButton } from "@/ui/copy-button.client";
import { formatAgo, formatDateTime, inLocalZone, localOffset } from "@/ui/format-time";
import { Outcome } from "@/ui/outcome";
import { announce } from "@/ui/status-region.client";
import { useHydrated } from "@/ui/use-media.client";

type AttemptDrawerProps = {
  item: SignIn;
  values: FilterValues;
  zone: View["zone"];
  /** Whether the reader administers people, and so may see a person's page and end their session. */
  administers: boolean;
  lettersWork: boolean;
  /** Steps to the next or the previous row; absent where there is none. */
  onNext?: () => void;
  onPrevious?: () => void;
  onClose: () => void;
};

const HEADING = "attempt-sentence";

export function AttemptDrawer(props: AttemptDrawerProps) {
  const { item, values, zone, administers, lettersWork, onNext, onPrevious, onClose } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const sentence = attemptSentence(item);
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (told.current === item.id) return;
    // Stepping on keeps the focus where the keys are pressed, and says the new sentence instead.
    if (told.current === null) heading.current?.focus();
    else announce(sentence);
    told.current = item.id;
  }, [item.id, sentence]);

  function keyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { Escape: onClose, ...(lettersWork ? { j: onNext, k: onPrevious } : {}) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  return (
    <aside
      aria-labelledby={HEADING}
      onKeyDown={keyDown}
      className="z-20 flex flex-col gap-4 overflow-y-auto border-line bg-raised p-4 text-sm max-xl:fixed max-xl:inset-0 xl:sticky xl:top-0 xl:max-h-dvh xl:w-md xl:shrink-0 xl:self-start xl:rounded-lg xl:border"
    >
      <div className="flex items-center gap-2">
        <span className="mr-auto">
          <Outcome status={item.status}>{item.status === "success" ? "Succeeded" : "Failed"}</Outcome>
        </span>
        <Button size="small" weight="quiet" aria-disabled={!onPrevious} onClick={onPrevious}>
          <ChevronUp className="size-4" /> <span className="sr-only">Previous sign-in</span>
        </Button>
        <Button size="small" weight="quiet" aria-disabled={!onNext} onClick={onNext}>
          <ChevronDown className="size-4" /> <span className="sr-only">Next sign-in</span>
        </Button>
        <Button size="small" weight="quiet" onClick={onClose}>
          <X className="size-4" /> <span className="sr-only">Close the details</span>
        </Button>
      </div>
      <When at={item.occurredAt} zone={zone} />
      <h2
        id={HEADING}
        ref={heading}
        tabIndex={-1}
        className="rounded-sm font-semibold text-base [overflow-wrap:anywhere] focus:outline-2 focus:outline-accent focus:outline-offset-4"
      >
        {sentence}
      </h2>
      {item.signals.length > 0 && (
        <ul aria-label="What is unusual about it" className="flex flex-col gap-1.5">
          {item.signals.map((signal) => (
            <li key={signal.kind} className="flex items-center gap-2">
              <Badge tone="accent">{signalName(signal.kind)}</Badge>
              <span className="text-muted">{signalReason(signal)}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="-mx-4 border-line border-y">
        <Facts facts={factsOf(item)} />
      </div>
      <div className="flex flex-wrap gap-2">
        {item.ip && (
          <a href={filterHref({ ...values, ip: item.ip })} className={buttonClass({ size: "small" })}>
            Filter by address
          </a>
        )}
        {item.userId && administers && (
          <a href={userHref(item.userId)} className={buttonClass({ size: "small" })}>
            Open the user
          </a>
        )}
        <CopyButton text={() => window.location.href}>Copy link</CopyButton>
        {item.userId && item.sessionId && item.status === "success" && administers && (
          <EndSession userId={item.userId} sessionId={item.sessionId} who={item.email ?? "this person"} />
        )}
      </div>
      <RelatedEvents item={item} />
      <details className="group">
        <summary className="flex min-h-9 list-none items-center gap-1.5 font-medium">
          <ChevronRight className="size-4 group-open:rotate-90" />
          Raw JSON
        </summary>
        <pre className="mb-2 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs">
          {JSON.stringify(item, null, 2)}
        </pre>
        <CopyButton text={() => JSON.stringify(item, null, 2)}>Copy JSON</CopyButton>
      </details>
    </aside>
  );
}

/** `2026-03-04 14:05:09.412 +01:00 (3 minutes ago)` */
function When({ at, zone }: { at: Date; zone: View["zone"] }) {
  const hydrated = useHydrated();
  const local = hydrated && zone === "local";
  const shown = local ? inLocalZone(at) : at;
  return (
    <p className="text-muted tabular-nums">
      <time dateTime={at.toISOString()}>
        {formatDateTime(shown)}.{String(at.getUTCMilliseconds()).padStart(3, "0")} {local ? localOffset(at) : "UTC"}
      </time>
      {hydrated && ` (${formatAgo(at, new Date())})`}
    </p>
  );
}

function factsOf(item: SignIn) {
  const mono = (text: string) => <code className="font-mono text-xs">{text}</code>;
  return [
    { name: "Who", value: item.email ?? item.claimedEmail ?? "nobody named" },
    ...(item.claimedEmail && item.email && item.claimedEmail !== item.email
      ? [{ name: "Typed", value: item.claimedEmail }]
      : []),
    { name: "Method", value: methodWords(item) },
    { name: "Provider", value: providerName(item.provider) },
    ...(item.secondFactor ? [{ name: "Second factor", value: secondFactorWords(item.secondFactor) }] : []),
    ...(item.failureReason ? [{ name: "Reason", value: reasonWords(item.failureReason) }] : []),
    { name: "Address", value: item.ip ?? "unknown" },
    { name: "Device, as reported", value: item.device ?? item.userAgent ?? "unknown" },
    ...(item.requestId ? [{ name: "Request", value: mono(item.requestId) }] : []),
    ...(item.sessionId ? [{ name: "Session", value: mono(item.sessionId) }] : []),
    { name: "Event", value: mono(item.id) },
  ];
}

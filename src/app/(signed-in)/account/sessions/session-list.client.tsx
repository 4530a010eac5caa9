"use client";
/** The visitor's sessions, this browser's first, then the most recently used; each of the others can be ended. */
import { Monitor } from "lucide-react";
import { type ReactNode, useState } from "react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { signedInSentence } from "@/app/_words/methods";
import { EndOthers } from "@/app/(signed-in)/account/sessions/end-others.client";
import { codeOf } from "@/trpc/call-error";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { SkeletonRows } from "@/ui/skeleton";
import { announce } from "@/ui/status-region.client";
import { Time } from "@/ui/time";

type Session = RouterOutputs["session"]["list"][number];

const headingId = (session: Session) => `session-${session.id}`;

/** Brings the focus to a session that stays, so that it is not lost with the one that goes. */
function focusOn(session: Session | undefined): void {
  if (session) document.getElementById(headingId(session))?.focus();
}

export function SessionList() {
  const query = trpc.session.list.useQuery();
  const utils = trpc.useUtils();
  const sessions = [...(query.data ?? [])].sort(
    (one, other) =>
      Number(other.current) - Number(one.current) || other.lastUsedAt.getTime() - one.lastUsedAt.getTime(),
  );
  const others = sessions.filter(({ current }) => !current);

  function keepOnly(stays: (session: Session) => boolean) {
    utils.session.list.setData(undefined, (listed) => listed?.filter(stays));
  }

  function ended(session: Session, words: string) {
    const at = sessions.findIndex(({ id }) => id === session.id);
    focusOn(sessions[at + 1] ?? sessions[at - 1]);
    keepOnly(({ id }) => id !== session.id);
    announce(words);
  }

  function othersEnded(words: string) {
    focusOn(sessions[0]);
    keepOnly(({ current }) => current);
    announce(words);
  }

  return (
    <div className="flex flex-col gap-4">
      <QueryProblem query={query} what="your sessions" retry={() => void query.refetch()} />
      {query.isPending && (
        <Card>
          <SkeletonRows rows={3} height="h-28" />
        </Card>
      )}
      {query.data && (
        <>
          <EndOthers count={others.length} onEnded={othersEnded} />
          <Card>
            <ul className="divide-y divide-line">
              {sessions.map((session) => (
                <SessionEntry key={session.id} session={session} onEnded={(words) => ended(session, words)} />
              ))}
            </ul>
          </Card>
        </>
      )}
    </div>
  );
}

type SessionEntryProps = { session: Session; onEnded: (words: string) => void };

function SessionEntry({ session, onEnded }: SessionEntryProps) {
  return (
    <li className="flex gap-3 p-4 text-sm">
      <Monitor className="mt-0.5 size-4 shrink-0 text-muted" />
      <div className="grid min-w-0 flex-1 items-start justify-items-start gap-x-6 gap-y-3 sm:grid-cols-[1fr_auto]">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 id={headingId(session)} tabIndex={-1} className="rounded-sm font-semibold">
              {session.device}
            </h2>
            {session.current && <Badge tone="accent">This browser</Badge>}
          </div>
          <p className="text-muted [overflow-wrap:anywhere]">
            {signedInSentence({ ...session, secondFactor: null })} · {session.ip ?? "unknown address"}
          </p>
        </div>
        {!session.current && <EndSession session={session} onEnded={onEnded} />}
        <dl className="flex w-full flex-wrap gap-x-6 gap-y-2 sm:col-span-2 sm:grid sm:grid-cols-3">
          <Fact name="Started">
            <Time at={session.createdAt} to="minute" />
          </Fact>
          <Fact name="Last used">
            <Time at={session.lastUsedAt} to="minute" />
          </Fact>
          <Fact name="Ends">
            <Time at={session.expiresAt} to="minute" />
          </Fact>
        </dl>
      </div>
    </li>
  );
}

function EndSession({ session, onEnded }: SessionEntryProps) {
  // Stays until the row is gone: what has been ended is not ended again.
  const [busy, setBusy] = useState(false);
  const revoke = trpc.session.revoke.useMutation({
    onMutate: () => setBusy(true),
    onSuccess: () => onEnded(`The session on ${session.device} is ended.`),
    onError: (error) => {
      if (codeOf(error) === "NOT_FOUND") onEnded(`The session on ${session.device} had ended already.`);
      else setBusy(false);
    },
  });
  return (
    <Button
      size="small"
      aria-disabled={busy}
      onClick={() => !busy && revoke.mutate({ sessionId: session.id })}
      className="max-sm:order-last scripting-none:hidden"
    >
      {busy ? "Ending…" : "End session"}
      <span className="sr-only"> on {session.device}</span>
    </Button>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grow basis-32">
      <dt className="text-muted text-xs">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

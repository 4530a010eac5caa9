"use client";
/** The visitor's sessions, this browser's first, then the most recently used. */
import { Monitor } from "lucide-react";
import type { ReactNode } from "react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { signedInSentence } from "@/app/_words/methods";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { SkeletonRows } from "@/ui/skeleton";
import { Time } from "@/ui/time";

type Session = RouterOutputs["session"]["list"][number];

export function SessionList() {
  const query = trpc.session.list.useQuery();
  const sessions = [...(query.data ?? [])].sort(
    (one, other) =>
      Number(other.current) - Number(one.current) || other.lastUsedAt.getTime() - one.lastUsedAt.getTime(),
  );
  return (
    <div className="flex flex-col gap-4">
      <QueryProblem query={query} what="your sessions" retry={() => void query.refetch()} />
      {query.isPending && (
        <Card>
          <SkeletonRows rows={3} height="h-28" />
        </Card>
      )}
      {query.data && (
        <Card>
          <ul className="divide-y divide-line">
            {sessions.map((session) => (
              <SessionEntry key={session.id} session={session} />
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function SessionEntry({ session }: { session: Session }) {
  return (
    <li className="flex gap-3 p-4 text-sm">
      <Monitor className="mt-0.5 size-4 shrink-0 text-muted" />
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <div>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 className="font-semibold">{session.device}</h2>
            {session.current && <Badge tone="accent">This browser</Badge>}
          </div>
          <p className="text-muted [overflow-wrap:anywhere]">
            {signedInSentence({ ...session, secondFactor: null })} · {session.ip ?? "unknown address"}
          </p>
        </div>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-3">
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

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted text-xs">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

"use client";
/** The connections, by name: what each is, whose, whether it counts, and what its last test found. */
import { PlugZap } from "lucide-react";
import { QueryProblem } from "@/app/_shell/query-problem";
import { ConnectionStatus, TestVerdict } from "@/app/(signed-in)/admin/sso/connection-status";
import { connectionHref, kindName, newConnectionHref } from "@/app/(signed-in)/admin/sso/sso-words";
import { verdictOf } from "@/auth/connection-test/verdict";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { SkeletonRows } from "@/ui/skeleton";
import { Time } from "@/ui/time";

type Connection = RouterOutputs["ssoConnections"]["list"]["items"][number];

export function ConnectionList() {
  const query = trpc.ssoConnections.list.useQuery();
  const organizations = trpc.organizations.list.useQuery({ limit: 200 });
  const names = new Map(organizations.data?.items.map(({ id, name }) => [id, name]));
  return (
    <section aria-label="Connections" className="flex flex-col gap-3">
      <QueryProblem query={query} what="the connections" retry={() => void query.refetch()} />
      <Card className="overflow-hidden">
        {query.isPending && <SkeletonRows rows={3} height="h-16" />}
        {query.data?.items.length === 0 && <NoConnections />}
        {query.data && query.data.items.length > 0 && (
          <ul className="divide-y divide-line">
            {query.data.items.map((connection) => (
              <Row
                key={connection.id}
                connection={connection}
                whose={
                  connection.organizationId === null
                    ? "everybody"
                    : (names.get(connection.organizationId) ?? "an organization")
                }
              />
            ))}
          </ul>
        )}
      </Card>
    </section>
  );
}

function Row({ connection, whose }: { connection: Connection; whose: string }) {
  const { id, name, kind, status, testedAt, testResult } = connection;
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-3 text-sm md:grid-cols-[1fr_11rem_17rem] md:items-center">
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <a href={connectionHref(id)} className="font-medium text-accent underline underline-offset-2">
          {name}
        </a>
        <span className="block text-muted">
          {kindName(kind)} for {whose}
        </span>
      </span>
      <ConnectionStatus status={status} />
      <span className="flex flex-wrap items-center gap-x-2">
        <TestVerdict verdict={verdictOf(testResult)} />
        {testedAt && (
          <span className="text-muted">
            <Time at={testedAt} to="minute" /> UTC
          </span>
        )}
      </span>
    </li>
  );
}

function NoConnections() {
  return (
    <EmptyState
      icon={PlugZap}
      title="No connection yet"
      actions={
        <a href={newConnectionHref()} className={buttonClass({ size: "small" })}>
          Add a connection
        </a>
      }
    >
      Connect your company's provider, such as Microsoft Entra ID, and its people sign in with the account they have.
    </EmptyState>
  );
}

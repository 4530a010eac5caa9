/** /admin/audit: the whole book, every action and not sign-ins alone. What changed, who changed it, from what to what? */
import { TRPCError } from "@trpc/server";
import { SearchX } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NoPermission } from "@/app/_shell/no-permission";
import { auditHref, readAuditFilter } from "@/app/(signed-in)/admin/audit/audit-filter";
import { AuditFilterForm } from "@/app/(signed-in)/admin/audit/audit-filter-form";
import { AuditList } from "@/app/(signed-in)/admin/audit/audit-list.client";
import { PAGE_SIZE } from "@/app/(signed-in)/admin/sign-ins/page-size";
import type { SearchParams } from "@/app/search-params";
import { requireSession } from "@/auth/session.server";
import { canAdminister, canReadHistory } from "@/auth/session-shape";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { PageHeader } from "@/ui/page-header";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { values, filter, problems, cursor, untidy } = readAuditFilter(await searchParams);
  const session = await requireSession(auditHref(values, cursor));
  if (!canReadHistory(session)) {
    // The procedure refuses too, and records that somebody asked.
    await trpc.audit.list({ limit: 1 }).catch((error: unknown) => {
      if (!(error instanceof TRPCError && error.code === "FORBIDDEN")) throw error;
    });
    return <NoPermission title="Audit log" session={session} />;
  }
  if (untidy) redirect(auditHref(values));
  const readable = Object.keys(problems).length === 0;
  if (readable) {
    await trpc.audit.list.prefetchInfinite(
      { filter, limit: PAGE_SIZE, cursor },
      { initialCursor: cursor, getNextPageParam: (last) => last.nextCursor },
    );
  }
  return (
    <>
      <PageHeader title="Audit log">Everything that stands in the book, newest first, with what changed.</PageHeader>
      <AuditFilterForm values={values} problems={problems} />
      {readable ? (
        <HydrateClient>
          <AuditList
            key={auditHref(values, cursor)}
            values={values}
            filter={filter}
            cursor={cursor}
            administers={canAdminister(session)}
          />
        </HydrateClient>
      ) : (
        <Card>
          <EmptyState icon={SearchX} title="This filter can't be used yet">
            Nothing is shown until it is mended: see the messages at its fields.
          </EmptyState>
        </Card>
      )}
    </>
  );
}

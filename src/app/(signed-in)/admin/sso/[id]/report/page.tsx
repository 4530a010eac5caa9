/** /admin/sso/ID/report: where the round trip of a test ends, in a window of its own. */
import { TRPCError } from "@trpc/server";
import { FileQuestion } from "lucide-react";
import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { RoundTripReport } from "@/app/(signed-in)/admin/sso/round-trip-report";
import { connectionHref, reportHref } from "@/app/(signed-in)/admin/sso/sso-words";
import { requireSession } from "@/auth/session.server";
import { trpc } from "@/trpc/caller.server";
import { buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { PageHeader } from "@/ui/page-header";

export const metadata: Metadata = { title: "Report of the round trip" };

export default async function ReportPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  await requireSession(reportHref(id));
  const connection = await trpc.ssoConnections.get({ connectionId: id }).catch((error: unknown) => {
    if (!(error instanceof TRPCError)) throw error;
    // Its own page says what is missing.
    if (error.code === "FORBIDDEN") redirect(connectionHref(id));
    if (error.code === "NOT_FOUND" || error.code === "BAD_REQUEST") notFound();
    throw error;
  });
  const roundTrip = connection.testResult?.roundTrip ?? null;
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <PageHeader
        title={`Round trip: ${connection.name}`}
        actions={
          <a href={connectionHref(id)} className={buttonClass({ size: "small" })}>
            To the connection
          </a>
        }
      >
        You are signed in as you were before. This window can be closed.
      </PageHeader>
      <Card>
        {roundTrip ? (
          <RoundTripReport roundTrip={roundTrip} about={connection} />
        ) : (
          <EmptyState icon={FileQuestion} title="No report">
            There was no round trip with the present settings. Begin one on the connection's page.
          </EmptyState>
        )}
      </Card>
    </div>
  );
}

/** /admin: how today goes, what is new, and whether the instance is well. Each number leads to the sign-ins behind it. */
import { TRPCError } from "@trpc/server";
import type { Metadata } from "next";
import { NoPermission } from "@/app/_shell/no-permission";
import { Health } from "@/app/(signed-in)/admin/overview/health.client";
import { NewPlaces } from "@/app/(signed-in)/admin/overview/new-places.client";
import { Today } from "@/app/(signed-in)/admin/overview/today.client";
import { requireSession } from "@/auth/session.server";
import { canReadHistory } from "@/auth/session-shape";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { PageHeader } from "@/ui/page-header";

export const metadata: Metadata = { title: "Overview" };

export default async function OverviewPage() {
  const session = await requireSession("/admin");
  if (!canReadHistory(session)) {
    // The procedure refuses too, and records that somebody asked.
    await trpc.overview.today().catch((error: unknown) => {
      if (!(error instanceof TRPCError && error.code === "FORBIDDEN")) throw error;
    });
    return <NoPermission title="Overview" session={session} />;
  }
  const runsInstance = session.user.instanceRole === "admin";
  await Promise.all([
    trpc.overview.today.prefetch(),
    trpc.overview.newPlaces.prefetch(),
    runsInstance && trpc.overview.health.prefetch(),
  ]);
  return (
    <>
      <PageHeader title="Overview">How today goes, against the same hours of the days before.</PageHeader>
      <HydrateClient>
        <Today />
        <NewPlaces />
        {runsInstance && <Health />}
      </HydrateClient>
    </>
  );
}

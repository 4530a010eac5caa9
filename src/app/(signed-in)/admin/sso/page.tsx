/** /admin/sso: by which providers do people sign in? The connections that the visitor administers. */
import { TRPCError } from "@trpc/server";
import { Plus } from "lucide-react";
import type { Metadata } from "next";
import { NoPermission } from "@/app/_shell/no-permission";
import { ConnectionList } from "@/app/(signed-in)/admin/sso/connection-list.client";
import { Fallbacks } from "@/app/(signed-in)/admin/sso/fallbacks";
import { newConnectionHref, SSO_HREF } from "@/app/(signed-in)/admin/sso/sso-words";
import { oneParam, type SearchParams } from "@/app/search-params";
import { ssoState } from "@/auth/policy/sign-in-policy.server";
import { requireSession } from "@/auth/session.server";
import { canAdminister } from "@/auth/session-shape";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { Alert } from "@/ui/alert";
import { buttonClass } from "@/ui/button";
import { PageHeader } from "@/ui/page-header";

export const metadata: Metadata = { title: "Single sign-on" };

export default async function SsoPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const session = await requireSession(SSO_HREF);
  if (!canAdminister(session)) {
    // The procedure refuses too, and records that somebody asked.
    await trpc.ssoConnections.list().catch((error: unknown) => {
      if (!(error instanceof TRPCError && error.code === "FORBIDDEN")) throw error;
    });
    return <NoPermission title="Single sign-on" session={session} need="You need the admin or owner role." />;
  }
  const notice = oneParam(await searchParams, "notice");
  await Promise.all([trpc.ssoConnections.list.prefetch(), trpc.organizations.list.prefetch({ limit: 200 })]);
  return (
    <>
      <PageHeader
        title="Single sign-on"
        actions={
          <a href={newConnectionHref()} className={buttonClass({ weight: "primary" })}>
            <Plus className="size-4" />
            Add a connection
          </a>
        }
      >
        The providers by which people sign in: connect one, test it, then enable it.
      </PageHeader>
      {notice === "test_over" && (
        <div role="status">
          <Alert tone="warning" title="That test is over">
            It took more than ten minutes, or was begun in another session. Nothing came of it: begin it again.
          </Alert>
        </div>
      )}
      {/* Of the whole instance: whose they are is not for owners of one organization. */}
      {session.user.instanceRole === "admin" && <Fallbacks state={ssoState()} />}
      <HydrateClient>
        <ConnectionList />
      </HydrateClient>
    </>
  );
}

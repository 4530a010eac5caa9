/** /dev/session: which session is this? For developers: not there in production, unless SESSION_INSPECTOR is on. */
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { inspectorHref } from "@/app/(signed-in)/dev/session/inspector-href";
import { InspectorPage } from "@/app/(signed-in)/dev/session/inspector-page.client";
import { oneParam, type SearchParams } from "@/app/search-params";
import { inspectorAllowed } from "@/auth/inspection/allowed";
import { requireSession } from "@/auth/session.server";
import { env } from "@/platform/env";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { PageHeader } from "@/ui/page-header";

export function generateMetadata(): Metadata {
  if (!inspectorAllowed(env())) notFound();
  return { title: "Session inspector" };
}

type PageProps = { searchParams: Promise<SearchParams> };

export default async function SessionInspectorPage({ searchParams }: PageProps) {
  if (!inspectorAllowed(env())) notFound();
  const requestId = oneParam(await searchParams, "requestId") ?? null;
  await requireSession(inspectorHref(requestId));
  await trpc.session.inspect.prefetch();
  return (
    <>
      <PageHeader title="Session inspector">
        The session of this browser as the server sees it, without its token and other secrets.
      </PageHeader>
      <HydrateClient>
        <InspectorPage />
      </HydrateClient>
    </>
  );
}

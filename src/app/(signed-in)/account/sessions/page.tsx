/** /account/sessions: the browsers in which the visitor is signed in. */
import type { Metadata } from "next";
import { SessionList } from "@/app/(signed-in)/account/sessions/session-list.client";
import { requireSession } from "@/auth/session.server";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { PageHeader } from "@/ui/page-header";

export const metadata: Metadata = { title: "Sessions" };

export default async function SessionsPage() {
  await requireSession("/account/sessions");
  await trpc.session.list.prefetch();
  return (
    <div className="flex max-w-3xl flex-col gap-6">
      <PageHeader title="Sessions">The browsers in which you are signed in.</PageHeader>
      <HydrateClient>
        <SessionList />
      </HydrateClient>
    </div>
  );
}

/** /account/security: the ways in which the visitor can sign in, and the form that changes their password. */
import type { Metadata } from "next";
import { Security } from "@/app/(signed-in)/account/security/security.client";
import { requireSession } from "@/auth/session.server";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { PageHeader } from "@/ui/page-header";

export const metadata: Metadata = { title: "Security" };

export default async function SecurityPage() {
  const { user } = await requireSession("/account/security");
  await trpc.account.security.prefetch();
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      <PageHeader title="Security">How you sign in, and your password.</PageHeader>
      <HydrateClient>
        <Security email={user.email} />
      </HydrateClient>
    </div>
  );
}

/** /account/security/unlink/ACCOUNT: removes a provider from the visitor's ways in, once they have proven themselves again. */
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { SignInAgain } from "@/app/(signed-in)/account/security/proof-once-more";
import { UnlinkForm } from "@/app/(signed-in)/account/security/unlink/[accountId]/unlink-form.client";
import { csrfToken } from "@/auth/csrf.server";
import { requireSession } from "@/auth/session.server";
import { trpc } from "@/trpc/caller.server";
import { Card } from "@/ui/card";
import { PageHeader } from "@/ui/page-header";

export const metadata: Metadata = { title: "Remove a provider" };

export default async function UnlinkPage({ params }: { params: Promise<{ accountId: string }> }) {
  const { accountId } = await params;
  const here = `/account/security/unlink/${encodeURIComponent(accountId)}`;
  const { user } = await requireSession(here);
  const { linkable, providers, emailLink, proof } = await trpc.account.security();
  const identity = providers.find(({ id }) => id === accountId);
  if (!identity) notFound();
  return (
    <div className="flex max-w-xl flex-col gap-6">
      <PageHeader title={`Remove ${identity.name}`}>
        It signs nobody in to your account any more. Browsers that are signed in stay so.
      </PageHeader>
      <Card className="p-4">
        {proof === "sign_in_again" ? (
          <SignInAgain
            csrfToken={await csrfToken()}
            email={user.email}
            emailLink={emailLink !== null}
            providers={linkable.filter((one) => providers.some((held) => held.provider === one.id))}
            returnTo={here}
          />
        ) : (
          <UnlinkForm
            accountId={accountId}
            name={identity.name}
            email={user.email}
            asksPassword={proof === "password"}
          />
        )}
      </Card>
    </div>
  );
}

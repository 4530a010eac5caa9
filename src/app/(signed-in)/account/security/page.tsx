/** /account/security: the ways in which the visitor can sign in, what can be linked, and the form that changes their password. */
import type { Metadata } from "next";
import { linkErrorText } from "@/app/_words/link-errors";
import { Security } from "@/app/(signed-in)/account/security/security.client";
import { oneParam, type SearchParams } from "@/app/search-params";
import { linkableProviders } from "@/auth/linking/linkable.server";
import { requireSession } from "@/auth/session.server";
import { HydrateClient, trpc } from "@/trpc/caller.server";
import { ErrorSummary } from "@/ui/error-summary.client";
import { PageHeader } from "@/ui/page-header";
import { SuccessSummary } from "@/ui/success-summary.client";

type PageProps = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  return { title: oneParam(await searchParams, "error") === undefined ? "Security" : "Error: Security" };
}

export default async function SecurityPage({ searchParams }: PageProps) {
  const { user } = await requireSession("/account/security");
  const params = await searchParams;
  await trpc.account.security.prefetch();
  const names = new Map(linkableProviders(user.email).map(({ id, name }) => [id, name]));
  const error = oneParam(params, "error");
  const linked = names.get(oneParam(params, "linked") ?? "");
  const unlinked = oneParam(params, "unlinked") !== undefined;
  return (
    <div className="flex max-w-3xl flex-col gap-8">
      <PageHeader title="Security">How you sign in, and your password.</PageHeader>
      {error !== undefined && (
        <ErrorSummary>
          {linkErrorText(
            { code: error, provider: oneParam(params, "provider"), reference: oneParam(params, "requestId") },
            names,
          )}
        </ErrorSummary>
      )}
      {error === undefined && linked && (
        <SuccessSummary title={`${linked} is linked`}>From now on you can sign in here by it.</SuccessSummary>
      )}
      {error === undefined && unlinked && (
        <SuccessSummary title="The provider is removed">It signs nobody in to your account any more.</SuccessSummary>
      )}
      <HydrateClient>
        <Security email={user.email} />
      </HydrateClient>
    </div>
  );
}

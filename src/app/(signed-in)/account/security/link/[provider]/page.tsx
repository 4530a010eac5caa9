/** /account/security/link/PROVIDER: proves the visitor once more, and sends them to the provider. A plain form. */
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { linkErrorText } from "@/app/_words/link-errors";
import { CurrentPassword, SignInAgain } from "@/app/(signed-in)/account/security/proof-once-more";
import { oneParam, type SearchParams } from "@/app/search-params";
import { csrfToken } from "@/auth/csrf.server";
import { requireSession } from "@/auth/session.server";
import { trpc } from "@/trpc/caller.server";
import { Button, buttonClass } from "@/ui/button";
import { Card } from "@/ui/card";
import { ErrorSummary } from "@/ui/error-summary.client";
import { PageHeader } from "@/ui/page-header";

type PageProps = { params: Promise<{ provider: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  const title = "Link a provider";
  return { title: oneParam(await searchParams, "error") === undefined ? title : `Error: ${title}` };
}

export default async function LinkPage({ params, searchParams }: PageProps) {
  const id = decodeURIComponent((await params).provider);
  const here = `/account/security/link/${encodeURIComponent(id)}`;
  const { user } = await requireSession(here);
  const query = await searchParams;
  const { linkable, providers, emailLink, proof } = await trpc.account.security();
  const provider = linkable.find((one) => one.id === id);
  if (!provider) notFound();
  const code = oneParam(query, "error");
  const words =
    code === undefined
      ? undefined
      : linkErrorText(
          { code, minutes: oneParam(query, "minutes"), reference: oneParam(query, "requestId") },
          new Map([[id, provider.name]]),
        );
  const token = await csrfToken();
  return (
    <div className="flex max-w-xl flex-col gap-6">
      <PageHeader title={`Link ${provider.name}`}>
        You go to {provider.name} and sign in there. Whoever can do that can then sign in here as you.
      </PageHeader>
      {words && <ErrorSummary>{words}</ErrorSummary>}
      <Card className="p-4">
        {proof === "sign_in_again" ? (
          <SignInAgain
            csrfToken={token}
            email={user.email}
            emailLink={emailLink !== null}
            providers={linkable.filter((one) => providers.some((held) => held.provider === one.id))}
            returnTo={here}
          />
        ) : (
          <form method="post" action="/api/link-provider/start" className="flex max-w-md flex-col gap-4">
            <input type="hidden" name="csrfToken" value={token} />
            <input type="hidden" name="provider" value={id} />
            {proof === "password" && (
              <CurrentPassword email={user.email} problem={code === "wrong_password" ? words : undefined} />
            )}
            <div className="flex flex-wrap gap-2">
              <Button type="submit" weight="primary">
                Go to {provider.name}
              </Button>
              <a href="/account/security" className={buttonClass({ weight: "quiet" })}>
                Cancel
              </a>
            </div>
          </form>
        )}
      </Card>
    </div>
  );
}

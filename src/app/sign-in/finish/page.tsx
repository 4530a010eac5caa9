/** /sign-in/finish: where emailed links land. Opening it spends nothing (mail scanners do); its button signs in. */
import type { Metadata } from "next";
import { QuietPage } from "@/app/_shell/quiet-page";
import { oneParam, type SearchParams } from "@/app/search-params";
import { describeInvitation } from "@/auth/invitations/describe.server";
import { signInPageData } from "@/auth/sign-in-page.server";
import { Button, buttonClass } from "@/ui/button";
import { ErrorSummary } from "@/ui/error-summary.client";

type PageProps = { searchParams: Promise<SearchParams> };

/** The token of a link that can still be tried; undefined for one that came back refused, or without a token. */
function tokenOf(params: SearchParams): string | undefined {
  return oneParam(params, "error") === undefined ? oneParam(params, "token") || undefined : undefined;
}

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  const title = "Finish signing in to Gatebook";
  return { title: { absolute: tokenOf(await searchParams) ? title : `Error: ${title}` } };
}

export default async function FinishPage({ searchParams }: PageProps) {
  const params = await searchParams;
  const token = tokenOf(params);
  return (
    <QuietPage>
      <h1 className="font-semibold text-lg tracking-tight">Finish signing in</h1>
      {token ? <FinishForm token={token} callbackUrl={oneParam(params, "callbackUrl")} /> : <DeadLink />}
    </QuietPage>
  );
}

async function FinishForm({ token, callbackUrl }: { token: string; callbackUrl: string | undefined }) {
  const [{ csrfToken, returnTo }, invitation] = await Promise.all([
    signInPageData(callbackUrl),
    describeInvitation(token),
  ]);
  return (
    <>
      {invitation ? (
        <p className="[overflow-wrap:anywhere]">
          You are invited to join <strong className="font-semibold">{invitation.organization}</strong> as{" "}
          {invitation.role}. Press the button to join and to sign in on this device; the link works once.
        </p>
      ) : (
        <p>Your link has brought you here. Press the button to sign in on this device; the link works once.</p>
      )}
      <form method="post" action="/api/auth/callback/token" className="flex flex-col">
        <input type="hidden" name="csrfToken" value={csrfToken} />
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="callbackUrl" value={returnTo} />
        <Button type="submit" weight="primary">
          {invitation ? "Join" : "Finish signing in"}
        </Button>
      </form>
    </>
  );
}

function DeadLink() {
  return (
    <>
      <ErrorSummary>
        This link no longer works. Send a new one; if it was an invitation, ask whoever invited you to mail it again.
      </ErrorSummary>
      <a href="/sign-in" className={buttonClass({ weight: "primary" })}>
        Send a new one
      </a>
    </>
  );
}

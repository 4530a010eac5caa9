/**
 * /link-provider: whether a provider, from which somebody came in vain, is to be linked to the account with its address. The
 * question after they have signed in to that account, where a mailed link leads, and what came of it. Opening it links
 * nothing; its plain form does.
 */
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import type { ReactNode } from "react";
import { QuietPage } from "@/app/_shell/quiet-page";
import { linkErrorText } from "@/app/_words/link-errors";
import { oneParam, type SearchParams } from "@/app/search-params";
import { questionPath, type ShownOffer, shownOffer } from "@/auth/linking/offer-page.server";
import { getSession } from "@/auth/session.server";
import { signInPageData } from "@/auth/sign-in-page.server";
import { Button, buttonClass } from "@/ui/button";
import { ErrorSummary } from "@/ui/error-summary.client";

type PageProps = { searchParams: Promise<SearchParams> };

const TITLE = "Link a provider";

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  return { title: oneParam(await searchParams, "error") === undefined ? TITLE : `Error: ${TITLE}` };
}

export default async function LinkProviderPage({ searchParams }: PageProps) {
  const params = await searchParams;
  const [token, error] = [oneParam(params, "token"), oneParam(params, "error")];
  const { csrfToken, providerNames, returnTo } = await signInPageData(oneParam(params, "callbackUrl"));
  const provider = oneParam(params, "provider");
  const name = providerNames.get(provider ?? "");
  const known = provider !== undefined && name !== undefined ? { id: provider, name } : undefined;
  if (oneParam(params, "sent") !== undefined) return <Sent />;
  if (oneParam(params, "done") !== undefined)
    return <Done csrfToken={csrfToken} provider={known} returnTo={returnTo} />;
  const offer = await shownOffer();
  const problem = (code: string) =>
    linkErrorText({ code, provider, reference: oneParam(params, "requestId") }, providerNames);
  if (!token) {
    const session = await getSession();
    // Signed in where there is nothing to ask: by a link that was opened in another browser, say.
    if (session && !offer && error === undefined) redirect(returnTo);
    if (!session && offer) redirect(`/sign-in?callbackUrl=${encodeURIComponent(questionPath(returnTo))}`);
    if (session && offer && session.user.id !== offer.userId) return <Refused words={problem("session_changed")} />;
  }
  // What is refused for good has dropped the offer; what can be tried again has not.
  if (!offer) return <Refused words={problem(error ?? "no_offer")} />;
  return (
    <Frame title={`Link ${offer.provider.name}?`}>
      {error !== undefined && <ErrorSummary>{problem(error)}</ErrorSummary>}
      <Question offer={offer} csrfToken={csrfToken} token={token} returnTo={returnTo} />
    </Frame>
  );
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <QuietPage>
      <h1 className="font-semibold text-lg tracking-tight">{title}</h1>
      {children}
    </QuietPage>
  );
}

type QuestionProps = { offer: ShownOffer; csrfToken: string; token: string | undefined; returnTo: string };

function Question({ offer, csrfToken, token, returnTo }: QuestionProps) {
  const { provider, email } = offer;
  return (
    <>
      <p className="[overflow-wrap:anywhere]">
        You came from {provider.name} as <strong>{email}</strong>. If you link the two, that account at {provider.name}{" "}
        signs you in here from now on.
      </p>
      <form method="post" action="/api/link-provider" className="flex flex-col gap-3">
        <input type="hidden" name="csrfToken" value={csrfToken} />
        <input type="hidden" name="callbackUrl" value={returnTo} />
        {token && <input type="hidden" name="token" value={token} />}
        <Button type="submit" name="answer" value="link" weight="primary">
          Link them
        </Button>
        <Button type="submit" name="answer" value="decline">
          Don't link
        </Button>
      </form>
    </>
  );
}

function Refused({ words }: { words: string }) {
  return (
    <Frame title={TITLE}>
      <ErrorSummary>{words}</ErrorSummary>
      <a href="/sign-in" className={buttonClass({ weight: "primary" })}>
        To the sign-in page
      </a>
      <a href="/account/security" className={buttonClass()}>
        To your security settings
      </a>
    </Frame>
  );
}

function Sent() {
  return (
    <Frame title="Check your email">
      <p>
        If that account can be linked, a mail is on its way to its address. Open its link in this browser, within 15
        minutes.
      </p>
      <a href="/sign-in" className={buttonClass()}>
        Back to sign in
      </a>
    </Frame>
  );
}

type DoneProps = { csrfToken: string; provider: { id: string; name: string } | undefined; returnTo: string };

function Done({ csrfToken, provider, returnTo }: DoneProps) {
  return (
    <Frame title="They are linked">
      <p>From now on you sign in here with {provider?.name ?? "your provider"}.</p>
      {provider ? (
        <form method="post" action={`/api/auth/signin/${encodeURIComponent(provider.id)}`} className="flex flex-col">
          <input type="hidden" name="csrfToken" value={csrfToken} />
          <input type="hidden" name="callbackUrl" value={returnTo} />
          <Button type="submit" weight="primary">
            Continue with {provider.name}
          </Button>
        </form>
      ) : (
        <a href="/sign-in" className={buttonClass({ weight: "primary" })}>
          Sign in
        </a>
      )}
    </Frame>
  );
}

/** /sign-in: plain forms that work before and without JavaScript, for a password, an emailed link, or a provider. */
import { Mail } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { QuietPage } from "@/app/_shell/quiet-page";
import { signInErrorText } from "@/app/_words/sign-in-errors";
import { oneParam, type SearchParams } from "@/app/search-params";
import { questionPath, type ShownOffer, shownOffer } from "@/auth/linking/offer-page.server";
import type { SsoProvider } from "@/auth/providers/offered.server";
import { getSession } from "@/auth/session.server";
import { SessionUnavailable } from "@/auth/session-errors";
import { type SignInPageData, signInPageData } from "@/auth/sign-in-page.server";
import { Button } from "@/ui/button";
import { ErrorSummary } from "@/ui/error-summary.client";
import { Field } from "@/ui/field";
import { NoticeSummary } from "@/ui/notice-summary.client";
import { PasswordField } from "@/ui/password-field.client";

type PageProps = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  const error = oneParam(await searchParams, "error");
  const failed = error !== undefined && error !== LED;
  return { title: { absolute: failed ? "Error: Sign in to Gatebook" : "Sign in to Gatebook" } };
}

/** The code of those who were led to the connection of their organization: no error of theirs. */
const LED = "connection_required";

/** Whether the visitor is in already. While the database is away nobody can say, and the page explains itself. */
async function signedIn(): Promise<boolean> {
  try {
    return (await getSession()) !== null;
  } catch (error) {
    if (error instanceof SessionUnavailable) return false;
    throw error;
  }
}

export default async function SignInPage({ searchParams }: PageProps) {
  const params = await searchParams;
  const error = oneParam(params, "error");
  const data = await signInPageData(oneParam(params, "callbackUrl"));
  const { csrfToken, providers, providerNames, emailLink, flash, route } = data;
  if (error === undefined && (await signedIn())) redirect(data.returnTo);
  const offer = error === "account_not_linked" ? await shownOffer() : null;
  const returnTo = offer ? questionPath(data.returnTo) : data.returnTo;

  const led = error === LED ? oneParam(params, "provider") : undefined;
  const ownProviders = leadingTo(led, route, providerNames);
  const otherProviders = providers.filter(({ id }) => !ownProviders.some((own) => own.id === id));
  const Summary = led !== undefined && ownProviders.length > 0 ? NoticeSummary : ErrorSummary;
  const hidden = (
    <>
      <input type="hidden" name="csrfToken" value={csrfToken} />
      <input type="hidden" name="callbackUrl" value={returnTo} />
    </>
  );
  const continueWith = ({ id, name }: SsoProvider, weight?: "primary") => (
    <form method="post" action={`/api/auth/signin/${encodeURIComponent(id)}`}>
      {hidden}
      {flash && <input type="hidden" name="login_hint" value={flash.email} />}
      <Button type="submit" className="w-full" {...(weight ? { weight } : {})}>
        Continue with {name}
      </Button>
    </form>
  );
  return (
    <QuietPage note="Every attempt to sign in is recorded, with its time, address and browser.">
      <h1 className="font-semibold text-lg tracking-tight">Sign in to Gatebook</h1>
      {error !== undefined && (
        <Summary>
          {signInErrorText(
            {
              code: error,
              minutes: oneParam(params, "minutes"),
              provider: oneParam(params, "provider"),
              domain: route?.providers.some(({ id }) => id === led) ? route.domain : undefined,
              reference: oneParam(params, "requestId"),
            },
            providerNames,
          )}
        </Summary>
      )}
      {error !== undefined && ownProviders.length > 0 && (
        <section aria-label="Your organization" className="flex flex-col gap-3">
          {led === undefined && route && (
            <p className="text-sm [overflow-wrap:anywhere]">{route.domain} has its own way in:</p>
          )}
          {ownProviders.map((provider) => (
            <div key={provider.id}>{continueWith(provider, "primary")}</div>
          ))}
          <Or />
        </section>
      )}
      {offer && <LinkOffer {...offer} csrfToken={csrfToken} emailLink={emailLink} returnTo={data.returnTo} />}
      <form method="post" action="/api/auth/callback/credentials" className="flex flex-col gap-4">
        {hidden}
        <Field
          id="email"
          name="email"
          type="email"
          label="Email"
          autoComplete="username webauthn"
          autoCapitalize="none"
          spellCheck={false}
          required
          defaultValue={flash?.email}
        />
        <PasswordField id="password" name="password" label="Password" autoComplete="current-password webauthn" />
        <Button type="submit" weight="primary">
          Sign in
        </Button>
        {emailLink && (
          <a href="/reset-password" className="self-start text-accent text-sm underline underline-offset-2">
            Forgot password?
          </a>
        )}
        {(emailLink || otherProviders.length > 0) && <Or />}
        {emailLink && (
          <Button type="submit" formAction="/api/sign-in/link">
            <Mail className="size-4" />
            Email me a link
          </Button>
        )}
      </form>
      {otherProviders.length > 0 && (
        <ul className="-mt-2 flex flex-col gap-3">
          {otherProviders.map((provider) => (
            <li key={provider.id}>{continueWith(provider)}</li>
          ))}
        </ul>
      )}
    </QuietPage>
  );
}

/** The providers of the person's organization: the one that they were led to, or those of the domain that they typed. */
function leadingTo(
  led: string | undefined,
  route: SignInPageData["route"],
  providerNames: SignInPageData["providerNames"],
): SsoProvider[] {
  if (led === undefined) return route?.providers ?? [];
  const name = providerNames.get(led);
  return name === undefined ? [] : [{ id: led, name }];
}

type LinkOfferProps = ShownOffer & { csrfToken: string; emailLink: boolean; returnTo: string };

/** Two ways to prove that the account is theirs too. */
function LinkOffer({ provider, email, csrfToken, emailLink, returnTo }: LinkOfferProps) {
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p className="[overflow-wrap:anywhere]">
        Is the account with <strong>{email}</strong> yours? Sign in to it below, and you are asked whether{" "}
        {provider.name} is to sign you in from now on.
      </p>
      {emailLink && (
        <form method="post" action="/api/link-provider/mail" className="flex flex-col gap-3">
          <input type="hidden" name="csrfToken" value={csrfToken} />
          <input type="hidden" name="callbackUrl" value={returnTo} />
          <p>Or have a link sent to that address, and open it in this browser.</p>
          <Button type="submit">
            <Mail className="size-4" />
            Email me a link to link {provider.name}
          </Button>
        </form>
      )}
    </div>
  );
}

function Or() {
  return (
    <p className="flex items-center gap-3 text-muted text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      or
    </p>
  );
}

/** /sign-in: plain forms that work before and without JavaScript, for a password, an emailed link, or a provider. */
import { Mail } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { QuietPage } from "@/app/_shell/quiet-page";
import { signInErrorText } from "@/app/_words/sign-in-errors";
import { oneParam, type SearchParams } from "@/app/search-params";
import { getSession } from "@/auth/session.server";
import { SessionUnavailable } from "@/auth/session-errors";
import { signInPageData } from "@/auth/sign-in-page.server";
import { Button } from "@/ui/button";
import { ErrorSummary } from "@/ui/error-summary.client";
import { Field } from "@/ui/field";
import { PasswordField } from "@/ui/password-field.client";

type PageProps = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  const failed = oneParam(await searchParams, "error") !== undefined;
  return { title: { absolute: failed ? "Error: Sign in to Gatebook" : "Sign in to Gatebook" } };
}

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
  const { csrfToken, providers, providerNames, emailLink, flash, returnTo } = await signInPageData(
    oneParam(params, "callbackUrl"),
  );
  if (error === undefined && (await signedIn())) redirect(returnTo);

  const hidden = (
    <>
      <input type="hidden" name="csrfToken" value={csrfToken} />
      <input type="hidden" name="callbackUrl" value={returnTo} />
    </>
  );
  return (
    <QuietPage note="Every attempt to sign in is recorded, with its time, address and browser.">
      <h1 className="font-semibold text-lg tracking-tight">Sign in to Gatebook</h1>
      {error !== undefined && (
        <ErrorSummary>
          {signInErrorText(
            {
              code: error,
              minutes: oneParam(params, "minutes"),
              provider: oneParam(params, "provider"),
              reference: oneParam(params, "requestId"),
            },
            providerNames,
          )}
        </ErrorSummary>
      )}
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
        {(emailLink || providers.length > 0) && <Or />}
        {emailLink && (
          <Button type="submit" formAction="/api/sign-in/link">
            <Mail className="size-4" />
            Email me a link
          </Button>
        )}
      </form>
      {providers.length > 0 && (
        <ul className="-mt-2 flex flex-col gap-3">
          {providers.map(({ id, name }) => (
            <li key={id}>
              <form method="post" action={`/api/auth/signin/${encodeURIComponent(id)}`}>
                {hidden}
                <Button type="submit" className="w-full">
                  Continue with {name}
                </Button>
              </form>
            </li>
          ))}
        </ul>
      )}
    </QuietPage>
  );
}

function Or() {
  return (
    <p className="flex items-center gap-3 text-muted text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      or
    </p>
  );
}

/**
 * /reset-password: asking for a link, where the link leads, and what came of it. Plain forms, as at the sign-in. What is
 * said is the same whether or not an address is known here.
 */
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { passwordProblemText } from "@/account/password-rules";
import { SIGN_IN_TOKEN_MINUTES } from "@/account/verification-tokens";
import { QuietPage } from "@/app/_shell/quiet-page";
import { signInErrorText } from "@/app/_words/sign-in-errors";
import { oneParam, type SearchParams } from "@/app/search-params";
import { signInPageData } from "@/auth/sign-in-page.server";
import { Button, buttonClass } from "@/ui/button";
import { ErrorSummary } from "@/ui/error-summary.client";
import { Field } from "@/ui/field";
import { PasswordField } from "@/ui/password-field.client";

type PageProps = { searchParams: Promise<SearchParams> };

const TITLE = "Choose a new password";

export async function generateMetadata({ searchParams }: PageProps): Promise<Metadata> {
  return { title: oneParam(await searchParams, "error") === undefined ? TITLE : `Error: ${TITLE}` };
}

export default async function ResetPasswordPage({ searchParams }: PageProps) {
  const params = await searchParams;
  const error = oneParam(params, "error");
  const token = oneParam(params, "token");
  if (oneParam(params, "sent") !== undefined) return <Sent />;
  if (oneParam(params, "done") !== undefined) return <Done />;
  const words = error === undefined ? undefined : errorText({ code: error, reference: oneParam(params, "requestId") });
  return token ? <ChooseForm token={token} error={words} code={error} /> : <AskForm error={words} />;
}

function errorText(error: { code: string; reference: string | undefined }): string {
  if (error.code === "link_invalid") return "This link no longer works. Send a new one.";
  if (Object.hasOwn(passwordProblemText, error.code))
    return passwordProblemText[error.code as keyof typeof passwordProblemText];
  return signInErrorText(error, new Map());
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <QuietPage>
      <h1 className="font-semibold text-lg tracking-tight">{title}</h1>
      {children}
    </QuietPage>
  );
}

async function AskForm({ error }: { error: string | undefined }) {
  const { csrfToken, flash, emailLink } = await signInPageData();
  if (!emailLink) {
    return (
      <Frame title={TITLE}>
        <p>No mail can be sent from here. Ask an administrator for a way in.</p>
        <BackToSignIn />
      </Frame>
    );
  }
  return (
    <Frame title={TITLE}>
      {error && <ErrorSummary>{error}</ErrorSummary>}
      <p>Type the address that you sign in with. A link to choose a new password goes to that mailbox.</p>
      <form method="post" action="/api/reset-password/link" className="flex flex-col gap-4">
        <input type="hidden" name="csrfToken" value={csrfToken} />
        <Field
          id="email"
          name="email"
          type="email"
          label="Email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          defaultValue={flash?.email}
        />
        <Button type="submit" weight="primary">
          Send a link
        </Button>
      </form>
      <BackToSignIn />
    </Frame>
  );
}

async function ChooseForm({ token, error, code }: { token: string; error: string | undefined; code?: string }) {
  const { csrfToken } = await signInPageData();
  const problem = Object.hasOwn(passwordProblemText, code ?? "") ? error : undefined;
  return (
    <Frame title={TITLE}>
      {error && <ErrorSummary>{error}</ErrorSummary>}
      <form method="post" action="/api/reset-password" className="flex flex-col gap-4">
        <input type="hidden" name="csrfToken" value={csrfToken} />
        <input type="hidden" name="token" value={token} />
        <PasswordField
          id="password"
          name="password"
          label="New password"
          hint="At least 8 characters; 15 or more are better. A few words that have nothing to do with each other make a good one. Any characters will do, spaces too."
          autoComplete="new-password"
          required
          problem={problem}
        />
        <p className="text-muted text-sm">Every browser that is signed in to your account is signed out.</p>
        <Button type="submit" weight="primary">
          Use this password
        </Button>
      </form>
    </Frame>
  );
}

function Sent() {
  return (
    <Frame title="Check your email">
      <p>If that address can sign in here, a link is on its way. It works once, for {SIGN_IN_TOKEN_MINUTES} minutes.</p>
      <p className="text-muted text-sm">Nothing there? Look in the spam folder, or check the address and ask again.</p>
      <BackToSignIn />
    </Frame>
  );
}

function Done() {
  return (
    <Frame title="Your password is changed">
      <p>Every browser that was signed in to your account is signed out. Sign in with the new password.</p>
      <a href="/sign-in" className={buttonClass({ weight: "primary" })}>
        Sign in
      </a>
    </Frame>
  );
}

function BackToSignIn() {
  return (
    <a href="/sign-in" className={buttonClass()}>
      Back to sign in
    </a>
  );
}

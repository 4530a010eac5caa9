/** Proving oneself once more before a way in is changed: the field for it, or the ways to sign in again. */
import { Button, buttonClass } from "@/ui/button";
import { PasswordField } from "@/ui/password-field.client";

/** For password managers, which want to know whose password this is, and for the password itself. */
export function CurrentPassword({ email, problem }: { email: string; problem?: string }) {
  return (
    <>
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        id="password"
        name="password"
        label="Current password"
        autoComplete="current-password"
        required
        problem={problem}
      />
    </>
  );
}

type SignInAgainProps = {
  csrfToken: string;
  email: string;
  /** Whether a link can be mailed. */
  emailLink: boolean;
  /** Those that sign them in. */
  providers: { id: string; name: string }[];
  /** A path on this origin: where they go on afterwards. */
  returnTo: string;
};

/** For somebody without a password whose sign-in was too long ago. */
export function SignInAgain({ csrfToken, email, emailLink, providers, returnTo }: SignInAgainProps) {
  const hidden = (
    <>
      <input type="hidden" name="csrfToken" value={csrfToken} />
      <input type="hidden" name="callbackUrl" value={returnTo} />
    </>
  );
  return (
    <div className="flex flex-col items-start gap-3">
      <p className="text-sm">
        You have no password, so your sign-in is the proof that it's you, and it was some time ago. Sign in again; you
        come back here.
      </p>
      {providers.map(({ id, name }) => (
        <form key={id} method="post" action={`/api/auth/signin/${encodeURIComponent(id)}`}>
          {hidden}
          <Button type="submit" className="max-sm:whitespace-normal">
            Sign in again with {name}
          </Button>
        </form>
      ))}
      {emailLink && (
        <form method="post" action="/api/sign-in/link">
          {hidden}
          <input type="hidden" name="email" value={email} />
          <Button type="submit">Email me a link</Button>
        </form>
      )}
      <a href="/account/security" className={buttonClass({ weight: "quiet" })}>
        Cancel
      </a>
    </div>
  );
}

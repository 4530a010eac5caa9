"use client";
/** Changes the password. Nothing of it is kept in the page's address or sent before the page is ready to send it. */
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { fieldProblems } from "@/trpc/field-problems";
import { type RouterOutputs, trpc } from "@/trpc/hooks.client";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { PasswordField } from "@/ui/password-field.client";

/** Where a refusal is said: at the field that it is about. Reasons that are not listed are about the current password. */
const ABOUT_NEW = new Set([
  "password_too_short",
  "password_too_long",
  "password_common",
  "password_guessable",
  "password_unchanged",
]);

type Problems = { currentPassword?: string; newPassword?: string };

/** The refusals that a person can do something about; what is unexpected is said beside the page. */
function problemsOf(error: ReturnType<typeof trpc.account.changePassword.useMutation>["error"]): Problems {
  const { httpStatus, issues, reason } = error?.data ?? {};
  if (!error || httpStatus === undefined || httpStatus >= 500 || httpStatus === 401) return {};
  if (issues) return fieldProblems(error);
  return ABOUT_NEW.has(reason ?? "") ? { newPassword: error.message } : { currentPassword: error.message };
}

export function PasswordForm({ email }: { email: string }) {
  const [currentPassword, setCurrent] = useState("");
  const [newPassword, setNew] = useState("");
  // The fields of a new round begin masked, whatever was shown in the last one.
  const [round, setRound] = useState(0);
  const [done, setDone] = useState<RouterOutputs["account"]["changePassword"] | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const utils = trpc.useUtils();
  const change = trpc.account.changePassword.useMutation({
    onSuccess: (result) => {
      setCurrent("");
      setNew("");
      setDone(result);
      setRound((last) => last + 1);
      void utils.account.security.invalidate();
      void utils.session.list.invalidate();
    },
  });
  const problems = problemsOf(change.error);
  // Where something is wrong, the person goes on.
  useEffect(() => {
    if (change.error) form.current?.querySelector<HTMLInputElement>("[aria-invalid=true]")?.focus();
  }, [change.error]);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (change.isPending) return;
    setDone(null);
    change.mutate({ currentPassword, newPassword });
  }

  return (
    <form ref={form} method="post" onSubmit={submit} className="flex flex-col gap-4 p-4">
      {done && <Changed {...done} />}
      <p className="hidden text-muted text-sm scripting-none:block">Changing the password needs JavaScript.</p>
      {/* For password managers, which want to know whose password this is. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <div key={round} className="flex max-w-md flex-col gap-4 scripting-none:hidden">
        <PasswordField
          id={`${id}-current`}
          label="Current password"
          autoComplete="current-password"
          value={currentPassword}
          problem={problems.currentPassword}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <PasswordField
          id={`${id}-new`}
          label="New password"
          hint="At least 8 characters; 15 or more are better. A few words that have nothing to do with each other make a good one. Any characters will do, spaces too."
          autoComplete="new-password"
          value={newPassword}
          problem={problems.newPassword}
          onChange={(event) => setNew(event.target.value)}
        />
        <p className="text-muted text-sm">Changing it signs out every other browser. This one stays signed in.</p>
        <Button type="submit" weight="primary" aria-disabled={change.isPending} className="self-start">
          {change.isPending ? "Changing…" : "Change password"}
        </Button>
      </div>
    </form>
  );
}

/** Takes the focus when it appears: the form below it is empty again, which alone would say nothing. */
function Changed({ endedOthers: others, toldByMail }: RouterOutputs["account"]["changePassword"]) {
  const message = useRef<HTMLDivElement>(null);
  useEffect(() => message.current?.focus(), []);
  const signedOut = others === 1 ? "1 other session is ended." : `${others} other sessions are ended.`;
  return (
    <div ref={message} role="status" tabIndex={-1} className="rounded-md focus:outline-2 focus:outline-offset-2">
      <Alert tone="success" title="Your password is changed">
        {others === 0 ? "There were no other sessions to end." : signedOut}
        {toldByMail && " A note about it is on its way to your mailbox."}
      </Alert>
    </div>
  );
}

"use client";
/** A page behind the sign-in that could not be made: the shell around it stays. */
import { FailureMessage } from "@/app/_shell/failure-message.client";

export function ErrorInShell({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <div className="py-10">
      <FailureMessage error={error} retry={retry} />
    </div>
  );
}

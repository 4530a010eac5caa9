"use client";
/** A page behind the sign-in that could not be made, or holds what the person may not see: the shell around it stays. */
import { FailureMessage } from "@/app/_shell/failure-message.client";
import { NoPermission } from "@/app/_shell/no-permission";
import { useSignedIn } from "@/app/(signed-in)/session-provider.client";
import { isForbidden } from "@/trpc/call-error";

export function ErrorInShell({ error, retry }: { error: unknown; retry: () => void }) {
  if (isForbidden(error)) return <Forbidden error={error} />;
  return (
    <div className="py-10">
      <FailureMessage error={error} retry={retry} />
    </div>
  );
}

/** A query of the page was refused, so it was asked by a page with a session around it. */
function Forbidden({ error }: { error: unknown }) {
  const { session } = useSignedIn();
  const need = error instanceof Error ? error.message : undefined;
  return session && <NoPermission title="No permission" session={session} need={need} />;
}

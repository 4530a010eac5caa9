"use client";
/** Who is signed in, and word of it when the session has ended somewhere else. */
import { usePathname } from "next/navigation";
import { useSignedIn } from "@/app/(signed-in)/session-provider.client";
import { Alert } from "@/ui/alert";
import { buttonClass } from "@/ui/button";

export function SignedInAs() {
  const { session } = useSignedIn();
  if (!session) return null;
  return (
    <p className="text-xs">
      <span className="block text-muted">Signed in as</span>
      <span className="[overflow-wrap:anywhere]">{session.user.email}</span>
    </p>
  );
}

export function SessionEndedNotice() {
  const { ended } = useSignedIn();
  const path = usePathname();
  if (!ended) return null;
  return (
    <div role="alert">
      <Alert
        tone="warning"
        title="You are signed out"
        actions={
          <a href={`/sign-in?callbackUrl=${encodeURIComponent(path)}`} className={buttonClass({ size: "small" })}>
            Sign in again
          </a>
        }
      >
        Your session has ended. What you see here is no longer being refreshed.
      </Alert>
    </div>
  );
}

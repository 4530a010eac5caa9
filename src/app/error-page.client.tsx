"use client";
/** The page that stands in for one that could not be made. */
import { FailureMessage } from "@/app/_shell/failure-message.client";
import { QuietFrame } from "@/ui/quiet-frame";

export function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <QuietFrame>
      <FailureMessage error={error} retry={retry} />
    </QuietFrame>
  );
}
